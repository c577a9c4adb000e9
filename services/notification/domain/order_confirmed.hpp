#pragma once
#include "services/notification/domain/mail.hpp"

#include <nlohmann/json.hpp>

namespace notification {

/// The mail for an order.confirmed event's data (services/README.md). Throws nlohmann::json::exception or
/// std::invalid_argument when something is missing or wrong in it.
Mail order_confirmed(const Address& to, const nlohmann::json& data);

}  // namespace notification
