#pragma once
#include "services/order/domain/cart.hpp"
#include "services/order/domain/order.hpp"

#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// What of an earlier order can be had again.
struct Reorder {
  struct Part {
    Offer offer;
    std::int64_t quantity;
  };
  std::vector<Part> parts;
  /// [{"product_id","name","quantity","reason":"retired"|"insufficient_stock","available"}]
  nlohmann::ordered_json unavailable = nlohmann::ordered_json::array();
};

/// Lines of one product count together. A line whose product was never found out cannot be had.
Reorder reorder(const std::vector<Line>& lines, const Offers& offers);

/// Puts it into the cart, at least as many of each as were ordered. Throws Problem 409 when there is no room.
void put(Cart& cart, const Reorder& reorder);

}  // namespace order
