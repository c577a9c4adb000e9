#include "services/order/payments/payment_store.hpp"

#include "services/kit/messaging/outbox.hpp"
#include "services/order/store/history.hpp"
#include "services/order/store/order_events.hpp"
#include "services/order/store/order_rows.hpp"
#include "services/order/store/state_sql.hpp"

namespace order {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement RESERVED{"payment_reserved", R"(
  with won as (
    update orders set state = 'reserved', currency = $3, total_minor = $4, updated_at = now()
    where id = $1 and attempts = $2 and state = 'pending' returning id
  ), priced as (
    update order_lines l set product_id = x.product_id, name = x.name, unit_price_minor = x.unit_price_minor
    from won, jsonb_to_recordset($5::jsonb) as x(line int, product_id bigint, name text, unit_price_minor bigint)
    where l.order_id = won.id and l.line = x.line
  )
  insert into payments (order_id, currency, amount_minor) select id, $3, $4 from won
  returning key)"};

// The order's row is locked first, so that its fencing token cannot change before this is written.
#define SHOPKEEPER_CLAIMED \
  "with claimed as (select id from orders where id = $1 and attempts = $2 for update) "

constexpr Statement AUTHORISING{"payment_authorising", SHOPKEEPER_CLAIMED R"(
  update payments set state = 'authorising', reference = $3, updated_at = now() from claimed
  where order_id = claimed.id and state = 'new' returning order_id)"};

constexpr Statement IN_REVIEW{"payment_in_review", SHOPKEEPER_CLAIMED R"(
  update payments set state = 'review', updated_at = now() from claimed
  where order_id = claimed.id and state in ('authorising', 'review') returning order_id)"};

constexpr Statement AUTHORISED{"payment_authorised", R"(
  with won as (
    update orders set state = 'authorised', updated_at = now()
    where id = $1 and attempts = $2 and state = 'reserved' returning id
  )
  update payments set state = 'authorised', updated_at = now() from won
  where order_id = won.id returning order_id)"};

constexpr Statement CAPTURING{"payment_capturing", SHOPKEEPER_CLAIMED R"(
  update payments set state = 'capturing', updated_at = now() from claimed
  where order_id = claimed.id and state in ('authorised', 'capturing') returning order_id)"};

constexpr Statement DECLINED{"payment_declined", SHOPKEEPER_CLAIMED R"(
  update payments set state = 'declined', updated_at = now() from claimed
  where order_id = claimed.id and state in ('new', 'authorising', 'review') returning order_id)"};

constexpr Statement VOIDED{"payment_voided", R"(
  with won as (
    update orders set money_owed = false, updated_at = now()
    where id = $1 and attempts = $2 and money_owed returning id
  )
  update payments set state = 'voided', updated_at = now() from won where order_id = won.id returning order_id)"};

constexpr Statement CAPTURED_LATE{"payment_captured_late", R"(
  with won as (
    update orders set money_owed = false, updated_at = now()
    where id = $1 and attempts = $2 and money_owed returning id
  ), paid as (
    update payments set state = 'captured', captured_minor = amount_minor, updated_at = now() from won
    where order_id = won.id returning order_id, currency, amount_minor
  )
  insert into refunds (order_id, currency, amount_minor, cause, reason)
  select order_id, currency, amount_minor, 'undone', 'The order came to nothing.' from paid
  returning order_id)"};

constexpr Statement PENDING{"refunds_pending", "select " SHOPKEEPER_REFUND_COLUMNS
                                               " from refunds where order_id = $1 and state = 'pending' "
                                               "order by id"};

constexpr Statement REFUNDED{"refund_done", SHOPKEEPER_CLAIMED R"(
  update refunds r set state = 'done', reference = $4, settled_at = now() from claimed
  where r.order_id = claimed.id and r.id = $3 and r.state = 'pending' returning r.id)"};

constexpr Statement REFUND_FAILED{"refund_failed", SHOPKEEPER_CLAIMED R"(
  update refunds r set state = 'failed', failure = $4, settled_at = now() from claimed
  where r.order_id = claimed.id and r.id = $3 and r.state = 'pending' returning r.id)"};

constexpr Statement EVENT{"payment_event", R"(
  insert into payment_events (provider, id, type) values ($1, $2, $3) on conflict do nothing returning id)"};

// Only orders that wait: one that is being driven asks the provider itself.
constexpr Statement WAKE{"payment_wake", R"(
  update orders o set due_at = least(due_at, now())
  from payments p
  where p.reference = $1 and o.id = p.order_id and o.due_at is not null
    and ((p.state = 'review' and o.state = 'reserved') or o.money_owed))"};

constexpr Statement TOO_LATE{"payment_too_late", R"(
  update orders o set money_owed = true, due_at = now(), attempts = attempts + 1
  from payments p
  where p.reference = $1 and o.id = p.order_id and o.state in )" SHOPKEEPER_FAILED R"( and not o.money_owed
    and p.state in ('declined', 'voided'))"};

constexpr Statement FORGET{"payment_events_forget", R"(
  delete from payment_events where (provider, id) in (
    select provider, id from payment_events where received_at < now() - interval '30 days'
    order by received_at limit 1000 for update skip locked))"};

std::vector<RefundLine> lines_of(const pqxx::field& field) {
  std::vector<RefundLine> out;
  if (field.is_null()) return out;
  for (const auto& line : nlohmann::json::parse(field.c_str()))
    out.push_back({contracts::ProductId{line.at("product_id").get<std::int64_t>()},
                   line.at("quantity").get<std::int64_t>()});
  return out;
}

}  // namespace

Refund refund_of(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(),       contracts::OrderId{row["order_id"].as<std::int64_t>()},
          money_of(row, "amount_minor"),      parse_refund_cause(row["cause"].as<std::string>()),
          row["reason"].as<std::string>(),    row["state"].as<std::string>(),
          row["failure"].as<std::string>(),   lines_of(row["lines"]),
          row["created_at"].as<std::string>()};
}

std::optional<Payment> PaymentStore::reserved(const Order& order, kit::Deadline deadline) {
  const auto total = total_of(order.lines);
  using Answer = std::optional<Payment>;
  const auto work = [&](Transaction& tx) -> Answer {
    const auto rows = tx.exec(RESERVED, order.id.value, order.fencing_token,
                              std::string(total.currency().code()), total.minor(), lines_json(order.lines));
    if (rows.empty()) return std::nullopt;
    history::record(tx, order.id, "reserved");
    return Payment{rows[0]["key"].as<std::string>(), PaymentState::New, total, {}, {0, total.currency()}};
  };
  return database_.transact<Answer>("payment_reserved", deadline, work, true);
}

bool PaymentStore::authorising(const Order& order, const std::string& reference, kit::Deadline deadline) {
  return write_guarded(database_, AUTHORISING, order, deadline, reference);
}

bool PaymentStore::in_review(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, IN_REVIEW, order, deadline);
}

bool PaymentStore::authorised(const Order& order, kit::Deadline deadline) {
  return database_.transact<bool>(
      "payment_authorised", deadline,
      [&](Transaction& tx) {
        if (tx.exec(AUTHORISED, order.id.value, order.fencing_token).empty()) return false;
        history::record(tx, order.id, "authorised");
        return true;
      },
      true);
}

bool PaymentStore::capturing(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, CAPTURING, order, deadline);
}

bool PaymentStore::declined(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, DECLINED, order, deadline);
}

bool PaymentStore::voided(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, VOIDED, order, deadline);
}

bool PaymentStore::captured_late(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, CAPTURED_LATE, order, deadline);
}

std::vector<Refund> PaymentStore::pending_refunds(const Order& order, kit::Deadline deadline) {
  return database_.read<std::vector<Refund>>("refunds_pending", deadline, [&](Transaction& tx) {
    std::vector<Refund> out;
    for (const auto& row : tx.exec(PENDING, order.id.value)) out.push_back(refund_of(row));
    return out;
  });
}

bool PaymentStore::refunded(const Order& order, const Refund& refund, const std::string& reference,
                            kit::Deadline deadline) {
  return database_.transact<bool>(
      "refund_done", deadline,
      [&](Transaction& tx) {
        if (tx.exec(REFUNDED, order.id.value, order.fencing_token, refund.id, reference).empty())
          return false;
        record_refunded(tx, order, refund);
        return true;
      },
      true);
}

bool PaymentStore::refund_failed(const Order& order, const Refund& refund, const std::string& failure,
                                 kit::Deadline deadline) {
  return write_guarded(database_, REFUND_FAILED, order, deadline, refund.id, failure);
}

bool PaymentStore::event_received(const std::string& provider, const std::string& event,
                                  const std::string& type, const std::string& reference,
                                  kit::Deadline deadline) {
  return database_.transact<bool>(
      "payment_heard", deadline,
      [&](Transaction& tx) {
        if (tx.exec(EVENT, provider, event, type).empty()) return false;
        if (reference.empty()) return true;
        tx.exec(WAKE, reference);
        tx.exec(TOO_LATE, reference);
        return true;
      },
      true);
}

int PaymentStore::forget_events(kit::Deadline deadline) {
  return database_.transact<int>(
      "payment_events_forget", deadline,
      [&](Transaction& tx) { return static_cast<int>(tx.exec(FORGET).affected_rows()); }, true);
}

}  // namespace order
