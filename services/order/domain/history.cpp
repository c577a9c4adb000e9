#include "services/order/domain/history.hpp"

#include "services/kit/money/money.hpp"

#include <optional>

namespace order::history {
namespace {

std::optional<kit::Money> money_of(const nlohmann::json& value) {
  if (!value.is_object() || value.size() != 2 || !value.contains("minor") || !value.contains("currency"))
    return std::nullopt;
  const auto& minor = value.at("minor");
  const auto& code = value.at("currency");
  if (!minor.is_number_integer() || !code.is_string()) return std::nullopt;
  const auto currency = kit::Currency::parse(code.get<std::string>());
  if (!currency) return std::nullopt;
  return kit::Money(minor.get<std::int64_t>(), *currency);
}

}  // namespace

nlohmann::ordered_json told(const Entry& entry) {
  nlohmann::ordered_json out{{"type", entry.type}, {"at", entry.at}};
  for (const auto& [key, value] : entry.data.items()) {
    if (key == "type" || key == "at") continue;
    if (const auto money = money_of(value)) {
      out[key] = nlohmann::ordered_json(money->number());
      out["currency"] = money->currency().code();
    } else {
      out[key] = nlohmann::ordered_json(value);
    }
  }
  return out;
}

}  // namespace order::history
