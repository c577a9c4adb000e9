#include "services/order/store/order_events.hpp"

namespace order {
namespace {

using nlohmann::json;

kit::events::Event event(const Order& order, const std::string& type, json data) {
  return kit::events::Event::make("/shopkeeper/order", type, "order/" + std::to_string(order.id.value),
                                  std::move(data), order.traceparent);
}

}  // namespace

json render(const kit::Money& money) {
  return {{"minor", money.minor()}, {"currency", money.currency().code()}};
}

kit::events::Event placed_event(const Order& order) {
  auto lines = json::array();
  for (const auto& line : order.lines) lines.push_back({{"product", line.name}, {"quantity", line.quantity}});
  return event(
      order, "order.placed",
      {{"order_id", order.id.value}, {"user_id", order.customer.id.value}, {"lines", std::move(lines)}});
}

kit::events::Event confirmed_event(const Order& order, const std::vector<Line>& lines,
                                   const kit::Money& total) {
  auto sold = json::array();
  for (const auto& line : lines)
    sold.push_back({{"product_id", line.product.value().value},
                    {"name", line.name},
                    {"quantity", line.quantity},
                    {"unit_price", render(line.unit_price.value())}});
  return event(
      order, "order.confirmed",
      {{"order_id", order.id.value},
       {"user",
        {{"id", order.customer.id.value}, {"name", order.customer.name}, {"email", order.customer.email}}},
       {"lines", std::move(sold)},
       {"total", render(total)}});
}

kit::events::Event ended_event(const Order& order, State state, const Reason& reason) {
  return event(order, "order." + std::string(to_string(state)),
               {{"order_id", order.id.value}, {"user_id", order.customer.id.value}, {"reason", reason.code}});
}

}  // namespace order
