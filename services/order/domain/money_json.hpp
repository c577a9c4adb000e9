#pragma once
#include "services/kit/money/money.hpp"

#include <optional>

#include <nlohmann/json.hpp>

namespace order {

/// {"minor":29999,"currency":"USD"}, as services and events write money; nothing for anything else.
inline std::optional<kit::Money> money_of(const nlohmann::json& value) {
  if (!value.is_object() || value.size() != 2 || !value.contains("minor") || !value.contains("currency"))
    return std::nullopt;
  const auto& minor = value.at("minor");
  const auto& code = value.at("currency");
  if (!minor.is_number_integer() || !code.is_string()) return std::nullopt;
  const auto currency = kit::Currency::parse(code.get<std::string>());
  if (!currency) return std::nullopt;
  return kit::Money(minor.get<std::int64_t>(), *currency);
}

}  // namespace order
