#include "services/order/store/order_events.hpp"

#include "services/contracts/internal/money.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/order/store/history.hpp"

namespace order {
namespace {

constexpr kit::db::Statement DONE{"refunds_done", R"(
  select coalesce(sum(amount_minor), 0)::bigint as minor from refunds where order_id = $1 and state = 'done')"};

}  // namespace

std::vector<contracts::BoughtLine> unpriced_lines(const Order& order) {
  std::vector<contracts::BoughtLine> out;
  for (const auto& line : order.lines)
    out.push_back(
        {.product = line.product, .name = line.name, .former_name = line.name, .quantity = line.quantity});
  return out;
}

kit::messaging::Event event_of(const Order& order, std::string_view type, contracts::OrderEvent data) {
  const auto& [id, name, email] = order.customer;
  data.order = order.id;
  data.user_id = id;
  data.user = {id, name, email};
  return kit::messaging::Event::make("/shopkeeper/order", "order." + std::string(type),
                                     "order/" + std::to_string(order.id.value), to_json(data),
                                     order.traceparent);
}

void write_event(kit::db::Transaction& tx, const Order& order, std::string_view type,
                 contracts::OrderEvent data) {
  kit::messaging::write_outbox(tx, event_of(order, type, std::move(data)));
}

void record_refunded(kit::db::Transaction& tx, const Order& order, const Refund& refund) {
  history::record(tx, order.id, "refunded", {{"amount", contracts::to_json(refund.amount)}});
  if (refund.cause != RefundCause::Staff) return;
  const kit::Money refunded_total(tx.exec(DONE, order.id.value)[0]["minor"].as<std::int64_t>(),
                                  refund.amount.currency());
  write_event(tx, order, "refunded",
              {.total = order.total.value_or(refund.amount),
               .reason = refund.reason,
               .refund_id = refund.id,
               .amount = refund.amount,
               .refunded_total = refunded_total});
}

}  // namespace order
