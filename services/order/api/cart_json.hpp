#pragma once
#include "services/order/domain/cart.hpp"
#include "services/order/domain/reorder.hpp"

#include <nlohmann/json.hpp>

namespace order::api {

/// {"quantity":2}. Throws Problem 422 that names every wrong field.
std::int64_t read_quantity(const nlohmann::json& body);

/// The cart as its owner sees it. `offers`: null while the product service is unreachable; then names and
/// prices are those last seen, and `stale` is true. Products that are gone do not count in the total.
nlohmann::ordered_json render(const Cart& cart, const Offers* offers, kit::Currency currency);

/// [{"product_id","name","quantity","reason":"retired"|"insufficient_stock","available"}]
nlohmann::ordered_json render(const std::vector<Reorder::Unavailable>& unavailable);

}  // namespace order::api
