#include "services/order/store/order_events.hpp"

#include "services/contracts/internal/money.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/order/store/history.hpp"

namespace order {
namespace {

using nlohmann::json;

constexpr kit::db::Statement DONE{"refunds_done", R"(
  select coalesce(sum(amount_minor), 0)::bigint as minor from refunds where order_id = $1 and state = 'done')"};

json user_of(const Order& order) {
  return {{"id", order.customer.id.value}, {"name", order.customer.name}, {"email", order.customer.email}};
}

/// Without prices; `product` is the older name of `name`.
json lines_of(const Order& order) {
  auto lines = json::array();
  for (const auto& line : order.lines) {
    json row{{"product", line.name}, {"name", line.name}, {"quantity", line.quantity}};
    if (line.product) row["product_id"] = line.product->value;
    lines.push_back(std::move(row));
  }
  return lines;
}

/// Every event names the order and its user.
kit::messaging::Event event(const Order& order, const std::string& type, json data) {
  data["order_id"] = order.id.value;
  data["user_id"] = order.customer.id.value;
  data["user"] = user_of(order);
  return kit::messaging::Event::make("/shopkeeper/order", type, "order/" + std::to_string(order.id.value),
                                     std::move(data), order.traceparent);
}

}  // namespace

kit::messaging::Event placed_event(const Order& order) {
  return event(order, "order.placed", {{"lines", lines_of(order)}});
}

kit::messaging::Event confirmed_event(const Order& order, const std::vector<OrderLine>& lines,
                                      const kit::Money& total) {
  auto sold = json::array();
  for (const auto& line : lines)
    sold.push_back({{"product_id", line.product.value().value},
                    {"name", line.name},
                    {"quantity", line.quantity},
                    {"unit_price", contracts::to_json(line.unit_price.value())}});
  return event(order, "order.confirmed", {{"lines", std::move(sold)}, {"total", contracts::to_json(total)}});
}

kit::messaging::Event ended_event(const Order& order, State state, const Reason& reason,
                                  const std::optional<kit::Money>& refunded) {
  json data{{"lines", lines_of(order)}, {"reason", reason.code}};
  if (refunded) data["refunded"] = contracts::to_json(*refunded);
  return event(order, "order." + std::string(to_string(state)), std::move(data));
}

kit::messaging::Event shipped_event(const Order& order) {
  return event(order, "order.shipped",
               {{"carrier", order.carrier}, {"tracking_number", order.tracking_number}});
}

kit::messaging::Event delivered_event(const Order& order) {
  return event(order, "order.delivered", {{"lines", lines_of(order)}});
}

kit::messaging::Event refunded_event(const Order& order, const Refund& refund,
                                     const kit::Money& refunded_total) {
  return event(order, "order.refunded",
               {{"refund_id", refund.id},
                {"amount", contracts::to_json(refund.amount)},
                {"refunded_total", contracts::to_json(refunded_total)},
                {"total", contracts::to_json(order.total.value_or(refund.amount))},
                {"reason", refund.reason}});
}

void record_refunded(kit::db::Transaction& tx, const Order& order, const Refund& refund) {
  history::record(tx, order.id, "refunded", {{"amount", contracts::to_json(refund.amount)}});
  if (refund.cause != RefundCause::Staff) return;
  const kit::Money total(tx.exec(DONE, order.id.value)[0]["minor"].as<std::int64_t>(),
                         refund.amount.currency());
  kit::messaging::write_outbox(tx, refunded_event(order, refund, total));
}

}  // namespace order
