#include "services/order/domain/history.hpp"

#include "services/contracts/internal/money.hpp"

namespace order::history {

nlohmann::ordered_json to_json(const Entry& entry) {
  nlohmann::ordered_json out{{"type", entry.type}, {"at", entry.at}};
  for (const auto& [key, value] : entry.data.items()) {
    if (key == "type" || key == "at") continue;
    if (const auto money = contracts::read_money(value)) {
      out[key] = nlohmann::ordered_json(money->number());
      out["currency"] = money->currency().code();
    } else {
      out[key] = nlohmann::ordered_json(value);
    }
  }
  return out;
}

}  // namespace order::history
