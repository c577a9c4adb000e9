#include "services/order/fulfilment/fulfilment_store.hpp"

#include "services/contracts/internal/money.hpp"
#include "services/order/domain/errors.hpp"
#include "services/order/payments/payment_store.hpp"
#include "services/order/store/history.hpp"
#include "services/order/store/order_events.hpp"
#include "services/order/store/order_rows.hpp"

namespace order {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// Two statements: the refunds must be read after the lock was taken, and a statement sees other tables as
// they were when it began to wait.
constexpr Statement LOCK{"order_lock", "select id from orders where id = $1 for update"};
constexpr Statement SHOW{"order_show", "select " SHOPKEEPER_ORDER_COLUMNS " from orders o where o.id = $1"};

constexpr Statement CANCEL{"order_cancel", R"(
  update orders set state = 'cancelled', reason = $2, release_owed = true, money_owed = $3::boolean, due_at = now(),
                    attempts = attempts + 1, updated_at = now()
  where id = $1)"};

constexpr Statement SHIP{"order_ship", R"(
  update orders set state = 'shipped', carrier = $2, tracking_number = $3, shipped_at = now(), updated_at = now()
  where id = $1)"};

constexpr Statement DELIVER{"order_deliver", R"(
  update orders set state = 'delivered', delivered_at = now(), updated_at = now() where id = $1)"};

constexpr Statement DUE{"order_due", R"(
  update orders set due_at = now(), attempts = attempts + 1, updated_at = now() where id = $1)"};

constexpr Statement REFUND{"refund_new", R"(
  insert into refunds (order_id, currency, amount_minor, cause, reason, lines, state, requested_by, settled_at)
  values ($1, $2, $3, $4, $5, nullif($6, 'null')::jsonb, $7, nullif($8::bigint, 0), case when $7 = 'done' then now() end)
  returning )" SHOPKEEPER_REFUND_COLUMNS};

constexpr Statement SET_KEY{"refund_key_set",
                            "update idempotency_keys set refund_id = $3 where scope = $1 and key = $2"};

constexpr Statement CREATED_WITH{"refund_created_with", SHOPKEEPER_FIND_KEY("refund_id")};

constexpr Statement LIST{"refunds_list", "select " SHOPKEEPER_REFUND_COLUMNS
                                         " from refunds where order_id = $1 order by id limit 200"};
constexpr Statement ONE{"refund_one", "select " SHOPKEEPER_REFUND_COLUMNS " from refunds where id = $1"};

constexpr std::size_t MAX_REFUNDS = 200;  // as many as LIST shows

Order lock(Transaction& tx, contracts::OrderId id) {
  if (tx.exec(LOCK, id.value).empty()) throw OrderNotFound();
  return order_of(tx, tx.exec(SHOW, id.value)[0]);
}

/// Without a provider the money is refunded outside the shop: the refund is done when it is written.
Refund write_refund(Transaction& tx, const Order& order, kit::Money amount, RefundCause cause,
                    const std::string& reason, const std::vector<RefundLine>& lines, kit::UserId by) {
  const std::string state = order.payment ? "pending" : "done";
  auto refund =
      refund_of(tx.exec(REFUND, order.id.value, std::string(amount.currency().code()), amount.minor(),
                        std::string(to_string(cause)), reason, to_json(lines).dump(), state, by.value)[0]);
  if (state == "done") record_refunded(tx, order, refund);
  return refund;
}

std::vector<Refund> list(Transaction& tx, contracts::OrderId id) {
  std::vector<Refund> out;
  for (const auto& row : tx.exec(LIST, id.value)) out.push_back(refund_of(row));
  return out;
}

/// The refund that an earlier request with the key created. Returns nullopt when the key is new; it is
/// claimed then.
std::optional<std::int64_t> created_before(Transaction& tx, const std::optional<IdempotencyKey>& key) {
  if (!key || claim_key(tx, *key)) return std::nullopt;
  const auto row = kit::db::find_key(tx, CREATED_WITH, *key);
  if (!row) throw kit::db::Unavailable("the idempotency key was cleaned up");
  return (*row)["refund_id"].as<std::int64_t>();
}

}  // namespace

Order FulfilmentStore::cancel(contracts::OrderId id, const std::string& reason, kit::Deadline deadline) {
  return database_.transact<Order>("order_cancel", deadline, [&](Transaction& tx) {
    auto order = lock(tx, id);
    const auto to = next_state(order, StateEvent::Cancelled, "It cannot be cancelled");
    std::optional<kit::Money> back;
    if (order.total) {
      const auto left = paid_for(order, order.total->currency()) - *order.refunded;
      if (left.minor() > 0) back = left;
    }
    if (back) write_refund(tx, order, *back, RefundCause::Cancelled, "The order was cancelled.", {}, {});
    const bool undo =
        order.payment && !order.payment->reference.empty() && order.payment->state != PaymentState::Captured;
    tx.exec(CANCEL, id.value, reason, undo);
    order.state = to;
    order.reason = Reason{reason};
    nlohmann::json data{{"reason", reason}};
    if (back) data["refunded"] = contracts::to_json(*back);
    history::record(tx, id, "cancelled", data);
    write_event(tx, order, "cancelled", {.lines = unpriced_lines(order), .reason = reason, .refunded = back});
    if (back) order.refunded = *order.refunded + *back;
    return order;
  });
}

Order FulfilmentStore::ship(contracts::OrderId id, const Parcel& parcel, kit::Deadline deadline) {
  return database_.transact<Order>("order_ship", deadline, [&](Transaction& tx) {
    auto order = lock(tx, id);
    order.state = next_state(order, StateEvent::Shipped, "It cannot be shipped");
    tx.exec(SHIP, id.value, parcel.carrier, parcel.tracking_number);
    order.carrier = parcel.carrier;
    order.tracking_number = parcel.tracking_number;
    history::record(tx, id, "shipped",
                    {{"carrier", parcel.carrier}, {"tracking_number", parcel.tracking_number}});
    write_event(tx, order, "shipped", {.carrier = parcel.carrier, .tracking_number = parcel.tracking_number});
    return order;
  });
}

Order FulfilmentStore::deliver(contracts::OrderId id, kit::Deadline deadline) {
  return database_.transact<Order>("order_deliver", deadline, [&](Transaction& tx) {
    auto order = lock(tx, id);
    order.state = next_state(order, StateEvent::Delivered, "It cannot be delivered");
    tx.exec(DELIVER, id.value);
    history::record(tx, id, "delivered");
    write_event(tx, order, "delivered", {.lines = unpriced_lines(order)});
    return order;
  });
}

FulfilmentStore::CreatedRefund FulfilmentStore::refund(contracts::OrderId id, const RefundRequest& request,
                                                       kit::UserId by,
                                                       const std::optional<IdempotencyKey>& key,
                                                       kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    if (const auto before = created_before(tx, key))
      return CreatedRefund{refund_of(tx.exec(ONE, *before)[0]), true};
    const auto order = lock(tx, id);
    auto all = list(tx, id);
    if (all.size() >= MAX_REFUNDS) throw StateConflict("Too many refunds", order);
    std::erase_if(all, [](const Refund& refund) { return refund.state == "failed"; });
    const auto amount = refund_amount(request, order, all);
    auto refund = write_refund(tx, order, amount, RefundCause::Staff, request.reason, request.lines, by);
    if (refund.state == "pending") tx.exec(DUE, id.value);
    if (key) tx.exec(SET_KEY, key->scope, key->key, refund.id);
    return CreatedRefund{std::move(refund), false};
  };
  // Without a key a commit in doubt is not retried: that might create the refund twice.
  return database_.transact<CreatedRefund>("refund_new", deadline, work, key.has_value());
}

std::vector<Refund> FulfilmentStore::refunds(contracts::OrderId id, kit::Deadline deadline) {
  return database_.read<std::vector<Refund>>("refunds_list", deadline,
                                             [&](Transaction& tx) { return list(tx, id); });
}

Refund FulfilmentStore::find_refund(std::int64_t id, kit::Deadline deadline) {
  return database_.read<Refund>("refund_one", deadline,
                                [&](Transaction& tx) { return refund_of(tx.exec(ONE, id)[0]); });
}

}  // namespace order
