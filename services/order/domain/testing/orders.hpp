#pragma once
#include "services/order/domain/order.hpp"

namespace order {

/// A confirmed order of one laptop.
inline Order laptop() {
  const kit::Money price(99999, *kit::Currency::parse("USD"));
  Order order;
  order.id = contracts::OrderId{1};
  order.state = State::Confirmed;
  order.was_confirmed = true;
  order.customer = {kit::UserId{1}, "Alice", "alice@example.com"};
  order.lines = {{contracts::ProductId{1}, "Laptop", 1, price}};
  order.total = price;
  order.placed_at = "2026-01-31T12:00:00.000Z";
  return order;
}

}  // namespace order
