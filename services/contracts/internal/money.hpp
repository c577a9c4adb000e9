#pragma once
#include "services/kit/money/money.hpp"

#include <optional>

#include <nlohmann/json.hpp>

namespace contracts {

/// {"minor":29999,"currency":"USD"}: money in events and in the internal API.
nlohmann::json to_json(const kit::Money& money);

/// Returns nullopt when `value` is anything else.
std::optional<kit::Money> read_money(const nlohmann::json& value);

}  // namespace contracts
