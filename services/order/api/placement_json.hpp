#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/order/domain/placement.hpp"

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace order::api {

/// The body of POST /orders. `self` is the user whose token came with it: meant when user_id is missing.
/// Throws Problem 422 that names every wrong field.
Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self);

/// The payment method in a request to order the cart: {"payment":{"method":…}} or {}. Throws Problem 422 that
/// names every wrong field.
std::optional<std::string> read_checkout(const nlohmann::json& body);

/// The answer to POST /orders, a function of how placing stands only, so that repeats get the same one: 201
/// once it is confirmed, 202 while it is being placed. Throws Problem when it was refused: 402 for a declined
/// payment, 409 with what is missing, 422 naming `product_field`.
kit::http::Response placement_answer(const Order& order, const std::string& product_field);

}  // namespace order::api
