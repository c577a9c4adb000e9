#include "services/order/store/order_store.hpp"

#include "services/contracts/internal/money.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/order/domain/errors.hpp"
#include "services/order/store/history.hpp"
#include "services/order/store/order_events.hpp"
#include "services/order/store/order_rows.hpp"
#include "services/order/store/state_sql.hpp"

namespace order {
namespace {

using kit::db::Transaction;

constexpr kit::db::Statement PLACE{"order_place", R"(
  with placed as (
    insert into orders (user_id, user_name, user_email, traceparent, due_at, payment_provider, payment_method)
    select $1, $2, $3, $4, now() + $5::bigint * interval '1 millisecond', $9, $10 where not person_erased($1)
    returning id
  ), lines as (
    insert into order_lines (order_id, line, product_id, name, quantity)
    select placed.id, x.line, x.product_id, x.name, x.quantity
    from placed, jsonb_to_recordset($6::jsonb) as x(line int, product_id bigint, name text, quantity bigint)
  ), keyed as (
    update idempotency_keys set order_id = placed.id from placed where scope = $7 and key = $8
  ), history as (
    insert into order_history (order_id, type, data) select id, 'placed', '{}' from placed
  )
  select id from placed)"};

constexpr kit::db::Statement PLACED_WITH{"order_placed_with", SHOPKEEPER_FIND_KEY("order_id")};

constexpr kit::db::Statement CONFIRM{"order_confirm", R"(
  with won as (
    update orders set state = 'confirmed', currency = $3, total_minor = $4, confirmed_at = now(), updated_at = now(),
                      due_at = null
    where id = $1 and attempts = $2 and state in )" SHOPKEEPER_PLACING R"(
    returning id
  ), paid as (
    update payments p set state = 'captured', captured_minor = amount_minor, updated_at = now() from won
    where p.order_id = won.id
  ), priced as (
    update order_lines l set product_id = x.product_id, name = x.name, unit_price_minor = x.unit_price_minor
    from won, jsonb_to_recordset($5::jsonb) as x(line int, product_id bigint, name text, unit_price_minor bigint)
    where l.order_id = won.id and l.line = x.line
  ), history as (
    insert into order_history (order_id, type, data) select id, 'confirmed', $6::jsonb from won
  ), event as (
    insert into outbox (event_id, type, subject, body) select $7::uuid, $8, $9, $10 from won
  )
  select id, )" SHOPKEEPER_OUTBOX_WAKE ", " SHOPKEEPER_HISTORY_WAKE("$1", "$11") " from won"};

constexpr kit::db::Statement END{"order_end", R"(
  update orders set state = $3, reason = $4, missing = nullif($5, 'null')::jsonb, release_owed = $6::boolean,
                    money_owed = $7::boolean, due_at = case when $6::boolean or $7::boolean then now() end,
                    updated_at = now()
  where id = $1 and attempts = $2 and state in )" SHOPKEEPER_PLACING R"(
  returning id)"};

constexpr kit::db::Statement RELEASED{"order_released", R"(
  update orders set release_owed = false, updated_at = now()
  where id = $1 and attempts = $2 and release_owed returning id)"};

constexpr kit::db::Statement REST{"order_rest", R"(
  update orders set due_at = null
  where id = $1 and attempts = $2 and state not in )" SHOPKEEPER_PLACING R"( and due_at is not null
    and not release_owed and not money_owed
    and not exists (select 1 from refunds where order_id = $1 and state = 'pending')
  returning id)"};

constexpr kit::db::Statement POSTPONE{"order_postpone", R"(
  update orders set due_at = now() + $3::bigint * interval '1 millisecond', attempts = attempts + 1
  where id = $1 and attempts = $2 and due_at is not null returning id)"};

constexpr kit::db::Statement CLAIM{
    "order_claim", R"(
  with due as (
    select id from orders where due_at < now() order by due_at limit 1 for update skip locked
  )
  update orders o set attempts = o.attempts + 1, due_at = now() + $1::bigint * interval '1 millisecond'
  from due where o.id = due.id
  returning )" SHOPKEEPER_ORDER_COLUMNS
                   R"(, o.placed_at < now() - $2::bigint * interval '1 millisecond' as overdue)"};

constexpr kit::db::Statement CLAIM_NOW{"order_claim_now", R"(
  with due as (select id from orders where id = $1 and due_at <= now() for update skip locked)
  update orders o set attempts = o.attempts + 1, due_at = now() + $2::bigint * interval '1 millisecond'
  from due where o.id = due.id
  returning )" SHOPKEEPER_ORDER_COLUMNS};

constexpr kit::db::Statement FIND{"order_find",
                                  "select " SHOPKEEPER_ORDER_COLUMNS " from orders o where o.id = $1"};

// One statement for one customer and one for all, so that the planner picks the right index for each whatever
// the parameters are. The cursor is an order's time and id.
#define SHOPKEEPER_LIST(WHERE)                                                                             \
  "select o.id, o.user_id, o.state, o.reason, o.currency, o.total_minor, "                                 \
  "to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as placed_at, "            \
  "l.product, l.lines, l.quantity from orders o cross join lateral ("                                      \
  "  select (array_agg(name order by line))[1] as product, count(*) as lines, coalesce(sum(quantity), 0) " \
  "as "                                                                                                    \
  "quantity from order_lines where order_id = o.id) l where " WHERE                                        \
  " ($1::text is null or o.state = $1) and o.placed_at >= coalesce($2::timestamptz, '-infinity')"          \
  " and o.placed_at < coalesce($3::timestamptz, 'infinity')"                                               \
  " and (o.placed_at, o.id) < (coalesce((select placed_at from orders where id = $4), 'infinity'),"        \
  " coalesce($4::bigint, 9223372036854775807)) order by o.placed_at desc, o.id desc limit $5"

constexpr kit::db::Statement ALL{"orders_list", SHOPKEEPER_LIST("")};
constexpr kit::db::Statement OF_USER{"orders_list_user", SHOPKEEPER_LIST("o.user_id = $6 and")};

Summary summary_of(const pqxx::row& row) {
  Summary out;
  out.id.value = row["id"].as<std::int64_t>();
  out.user.value = row["user_id"].as<std::int64_t>();
  out.state = parse_state(row["state"].as<std::string>());
  out.reason = row["reason"].as<std::string>("");
  out.product = row["product"].as<std::string>("");
  out.lines = row["lines"].as<std::int64_t>();
  out.quantity = row["quantity"].as<std::int64_t>();
  out.placed_at = row["placed_at"].as<std::string>();
  if (!row["total_minor"].is_null()) out.total = money_of(row, "total_minor");
  return out;
}

std::optional<contracts::OrderId> placed_with(Transaction& tx, const IdempotencyKey& key) {
  const auto row = kit::db::find_key(tx, PLACED_WITH, key);
  if (!row) return std::nullopt;
  return contracts::OrderId{(*row)["order_id"].as<std::int64_t>()};
}

}  // namespace

std::optional<contracts::OrderId> OrderStore::placed_before(const IdempotencyKey& key,
                                                            kit::Deadline deadline) {
  return database_.read<std::optional<contracts::OrderId>>(
      "order_placed_before", deadline, [&](Transaction& tx) { return placed_with(tx, key); });
}

std::variant<Order, contracts::OrderId> OrderStore::place(const Order& order,
                                                          const std::optional<IdempotencyKey>& key,
                                                          kit::Deadline deadline, const AlsoWrite& also) {
  std::optional<contracts::OrderId> ours;  // of an earlier try whose commit may have succeeded
  using Placed = std::variant<Order, contracts::OrderId>;
  const auto work = [&](Transaction& tx) -> Placed {
    auto placed = order;
    if (key && !claim_key(tx, *key)) {
      // The other transaction has ended, since its row was seen. Only the cleanup can delete it in between.
      const auto before = placed_with(tx, *key);
      if (before && before == ours) {
        placed.id = *ours;
        return placed;
      }
      if (before) return *before;
      throw kit::db::Unavailable("the idempotency key was cleaned up");
    }
    const auto rows =
        tx.exec(PLACE, order.customer.id.value, order.customer.name, order.customer.email, order.traceparent,
                options_.lease.count(), lines_json(order.lines), key ? key->scope : std::string(),
                key ? key->key : std::string(), order.payment_provider, order.payment_method);
    if (rows.empty()) throw UserErased();
    placed.id.value = rows[0]["id"].as<std::int64_t>();
    ours = placed.id;
    if (also) also(tx, placed.id);
    write_event(tx, placed, "placed", {.lines = unpriced_lines(placed)});
    return placed;
  };
  // Without a key a commit in doubt is not retried: that might write the order twice.
  return database_.transact<Placed>("order_place", deadline, work, key.has_value());
}

bool OrderStore::confirm(const Order& order, const std::vector<OrderLine>& lines, kit::Deadline deadline) {
  const auto total = total_of(lines);
  contracts::OrderEvent data{.total = total};
  for (const auto& line : lines)
    data.lines.push_back({.product = line.product,
                          .name = line.name,
                          .quantity = line.quantity,
                          .unit_price = line.unit_price});
  const auto event = event_of(order, "confirmed", std::move(data));
  const auto entry = nlohmann::json{{"total", contracts::to_json(total)}}.dump();
  const auto work = [&](Transaction& tx) {
    return !tx.exec(CONFIRM, order.id.value, order.fencing_token, std::string(total.currency().code()),
                    total.minor(), lines_json(lines), entry, event.id, event.type, event.subject,
                    to_json(event), history::watch_lock(order.id))
                .empty();
  };
  return database_.transact_statement<bool>("order_confirm", deadline, work);
}

bool OrderStore::end(const Order& order, State state, const Reason& reason, bool release, bool undo,
                     kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    const auto rows =
        tx.exec(END, order.id.value, order.fencing_token, std::string(to_string(state)), reason.code,
                reason.missing.empty() ? "null" : contracts::to_json(reason.missing).dump(), release, undo);
    if (rows.empty()) return false;
    history::record(tx, order.id, to_string(state), {{"reason", reason.code}});
    write_event(tx, order, to_string(state), {.lines = unpriced_lines(order), .reason = reason.code});
    return true;
  };
  return database_.transact<bool>("order_end", deadline, work, true);
}

bool OrderStore::released(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, RELEASED, order, deadline);
}

bool OrderStore::rest(const Order& order, kit::Deadline deadline) {
  return write_guarded(database_, REST, order, deadline);
}

bool OrderStore::postpone(const Order& order, std::chrono::milliseconds delay, kit::Deadline deadline) {
  return write_guarded(database_, POSTPONE, order, deadline, delay.count());
}

std::optional<OrderStore::Claim> OrderStore::claim(kit::Deadline deadline) {
  using Claimed = std::optional<Claim>;
  const auto work = [&](Transaction& tx) -> Claimed {
    const auto rows = tx.exec(CLAIM, options_.lease.count(), options_.give_up.count());
    if (rows.empty()) return std::nullopt;
    return Claim{order_of(tx, rows[0]), rows[0]["overdue"].as<bool>()};
  };
  return database_.transact<Claimed>("order_claim", deadline, work, true);
}

std::optional<Order> OrderStore::claim_now(contracts::OrderId id, kit::Deadline deadline) {
  using Claimed = std::optional<Order>;
  return database_.transact<Claimed>(
      "order_claim_now", deadline,
      [&](Transaction& tx) -> Claimed {
        const auto rows = tx.exec(CLAIM_NOW, id.value, options_.lease.count());
        if (rows.empty()) return std::nullopt;
        return order_of(tx, rows[0]);
      },
      true);
}

std::optional<Order> OrderStore::find(contracts::OrderId id, kit::Deadline deadline) {
  using Found = std::optional<Order>;
  return database_.read<Found>("order_find", deadline, [&](Transaction& tx) -> Found {
    const auto rows = tx.exec(FIND, id.value);
    if (rows.empty()) return std::nullopt;
    return order_of(tx, rows[0]);
  });
}

kit::db::Page<Summary> OrderStore::page(const Filter& filter, std::optional<std::int64_t> after, int limit,
                                        kit::Deadline deadline) {
  std::optional<std::string_view> state;
  if (filter.state) state = to_string(*filter.state);
  return database_.read<kit::db::Page<Summary>>("orders_list", deadline, [&](Transaction& tx) {
    const auto rows =
        filter.user ? tx.exec(OF_USER, state, filter.from, filter.to, after, limit + 1, filter.user->value)
                    : tx.exec(ALL, state, filter.from, filter.to, after, limit + 1);
    return kit::db::read_page(rows, limit, summary_of);
  });
}

std::vector<history::Entry> OrderStore::history(contracts::OrderId id, kit::Deadline deadline) {
  return database_.read<std::vector<history::Entry>>("history_of", deadline,
                                                     [&](Transaction& tx) { return history::of(tx, id); });
}

int OrderStore::forget_keys(kit::Deadline deadline) { return kit::db::forget_keys(database_, deadline); }

}  // namespace order
