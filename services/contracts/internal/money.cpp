#include "services/contracts/internal/money.hpp"

namespace contracts {

nlohmann::json to_json(const kit::Money& money) {
  return {{"minor", money.minor()}, {"currency", money.currency().code()}};
}

std::optional<kit::Money> read_money(const nlohmann::json& value) {
  if (!value.is_object() || value.size() != 2 || !value.contains("minor") || !value.contains("currency"))
    return std::nullopt;
  const auto& minor = value.at("minor");
  const auto& code = value.at("currency");
  if (!minor.is_number_integer() || !code.is_string()) return std::nullopt;
  const auto currency = kit::Currency::parse(code.get<std::string>());
  if (!currency) return std::nullopt;
  return kit::Money(minor.get<std::int64_t>(), *currency);
}

}  // namespace contracts
