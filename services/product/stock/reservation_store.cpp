#include "services/product/stock/reservation_store.hpp"

#include "services/product/catalog/money_column.hpp"
#include "services/product/stock/stock_rows.hpp"

#include <nlohmann/json.hpp>

namespace product {
namespace {

using kit::db::Transaction;

constexpr kit::db::Statement OPEN{"reservation_open", R"(
  insert into reservations (order_id, state, expires_at, settled_at)
  values ($1, $3, now() + $2::bigint * interval '1 millisecond', case when $3 <> 'open' then now() end)
  on conflict (order_id) do nothing
  returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at)"};

constexpr kit::db::Statement REOPEN{"reservation_reopen", R"(
  update reservations set state = 'open', settled_at = null, expires_at = now() + $2::bigint * interval '1 millisecond'
  where order_id = $1)"};

// Of an order that is released before it was reserved: a row that a late reserve meets.
constexpr kit::db::Statement BAR{"reservation_bar", R"(
  insert into reservations (order_id, state, expires_at, settled_at) values ($1, 'released', now(), now())
  on conflict (order_id) do nothing
  returning order_id)"};

// Of an order that was refused: the same, with what was missing.
constexpr kit::db::Statement REFUSE{"reservation_refuse", R"(
  insert into reservations (order_id, state, expires_at, settled_at, refusal)
  values ($1, 'released', now(), now(), $2::jsonb)
  on conflict (order_id) do nothing
  returning order_id)"};

constexpr kit::db::Statement REFUSAL{"reservation_refusal", R"(
  select x.product_id, x.name, x.requested, x.available
  from reservations r, jsonb_to_recordset(r.refusal) as x(product_id bigint, name text, requested bigint, available bigint)
  where r.order_id = $1)"};

constexpr kit::db::Statement LOCK{"reservation_lock",
                                  "select state from reservations where order_id = $1 for update"};

constexpr kit::db::Statement SETTLE{
    "reservation_settle", "update reservations set state = $2, settled_at = now() where order_id = $1"};

// The common case in one statement: open it is, and these are its lines.
constexpr kit::db::Statement CONFIRM_OPEN{"reservation_confirm_open", R"(
  with won as (
    update reservations set state = 'confirmed', settled_at = now()
    where order_id = $1 and state = 'open' returning order_id
  )
  select l.product_id, l.quantity from reservation_lines l join won using (order_id) order by l.product_id)"};

constexpr kit::db::Statement EXPIRE{"reservation_expire", R"(
  with due as (
    select order_id from reservations where state = 'open' and expires_at < now()
    order by expires_at limit 1 for update skip locked
  ), gone as (
    update reservations r set state = 'expired', settled_at = now() from due
    where r.order_id = due.order_id returning r.order_id
  )
  select l.product_id, l.quantity from reservation_lines l join gone using (order_id) order by l.product_id)"};

constexpr kit::db::Statement SHOW{"reservation_show", R"(
  select r.state, to_char(r.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at,
         l.product_id, l.name, l.quantity, l.unit_price_minor, l.currency
  from reservations r join reservation_lines l using (order_id)
  where order_id = $1 order by l.product_id)"};

constexpr kit::db::Statement NAMED{
    "product_id_by_name", "select id from products where retired_at is null and lower(name) = lower($1)"};

/// Each line's product, in lock order.
std::vector<Wanted> resolve(Transaction& tx, const std::vector<LineRequest>& lines) {
  std::vector<Wanted> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto id = lines[i].product;
    if (!id) {
      const auto rows = tx.exec(NAMED, lines[i].name);
      if (rows.empty()) throw UnknownProduct(i);
      id = kit::ProductId{rows[0]["id"].as<std::int64_t>()};
    }
    out.push_back({*id, lines[i].quantity, i});
  }
  return in_lock_order(std::move(out));
}

std::vector<ReservedLine> take_all(Transaction& tx, kit::OrderId order, ReservationState state,
                                   const std::vector<LineRequest>& lines, const std::string& traceparent) {
  std::vector<ReservedLine> taken;
  std::vector<Missing> missing;
  const auto take = [&](const Wanted& wanted) {
    auto line = state == ReservationState::Open ? take_line(tx, order, wanted, traceparent)
                                                : sell_wanted(tx, order, wanted, traceparent);
    if (line) taken.push_back(std::move(*line));
    return line.has_value();
  };
  for (const auto& wanted : resolve(tx, lines)) {
    if (take(wanted)) continue;
    const auto seen = look_at_stock(tx, wanted.product, wanted.quantity, false);
    if (!seen) throw UnknownProduct(wanted.line);
    // Some may have come back between the two statements; now it is locked, and the second try is certain.
    if (seen->available >= wanted.quantity && take(wanted)) continue;
    missing.push_back(*seen);
  }
  if (!missing.empty()) throw InsufficientStock(std::move(missing));
  return taken;
}

void retake_all(Transaction& tx, const std::vector<HeldLine>& lines, const std::string& traceparent) {
  std::vector<Missing> missing;
  for (const auto& line : lines) {
    if (retake_line(tx, line, traceparent)) continue;
    const auto seen = look_at_stock(tx, line.product, line.quantity, true);
    if (!seen) throw std::logic_error("a reservation of a product that is gone");
    if (seen->available >= line.quantity && retake_line(tx, line, traceparent)) continue;
    missing.push_back(*seen);
  }
  if (!missing.empty()) throw InsufficientStock(std::move(missing));
}

/// What was held is sold.
void settle_sold(Transaction& tx, kit::OrderId order, const std::vector<HeldLine>& lines) {
  tx.exec(SETTLE, order.value, std::string(to_string(ReservationState::Confirmed)));
  for (const auto& line : lines) sell_line(tx, order, line);
}

std::optional<ReservationState> lock(Transaction& tx, kit::OrderId order) {
  const auto rows = tx.exec(LOCK, order.value);
  if (rows.empty()) return std::nullopt;
  return parse_reservation_state(rows[0]["state"].as<std::string>());
}

/// Throws again what the order was refused for; returns when it was released for another reason.
void refuse_again(Transaction& tx, kit::OrderId order) {
  std::vector<Missing> missing;
  for (const auto& row : tx.exec(REFUSAL, order.value))
    missing.push_back({kit::ProductId{row["product_id"].as<std::int64_t>()}, row["name"].as<std::string>(),
                       row["requested"].as<std::int64_t>(), row["available"].as<std::int64_t>()});
  if (!missing.empty()) throw InsufficientStock(std::move(missing));
}

std::string to_json(const std::vector<Missing>& missing) {
  auto out = nlohmann::json::array();
  for (const auto& line : missing)
    out.push_back({{"product_id", line.product.value},
                   {"name", line.name},
                   {"requested", line.requested},
                   {"available", line.available}});
  return out.dump();
}

Reservation show(Transaction& tx, kit::OrderId order) {
  const auto rows = tx.exec(SHOW, order.value);
  if (rows.empty()) throw std::logic_error("a reservation without lines");
  Reservation out{order,
                  parse_reservation_state(rows[0]["state"].as<std::string>()),
                  rows[0]["expires_at"].as<std::string>(),
                  {}};
  for (const auto& row : rows)
    out.lines.push_back({kit::ProductId{row["product_id"].as<std::int64_t>()}, row["name"].as<std::string>(),
                         row["quantity"].as<std::int64_t>(), money_of(row, "unit_price_minor", "currency")});
  return out;
}

}  // namespace

Reservation Reservations::reserve(kit::OrderId order, const std::vector<LineRequest>& lines,
                                  const std::string& traceparent, kit::Deadline deadline) {
  return make(order, ReservationState::Open, lines, traceparent, deadline);
}

Reservation Reservations::sell(kit::OrderId order, const std::vector<LineRequest>& lines,
                               const std::string& traceparent, kit::Deadline deadline) {
  return make(order, ReservationState::Confirmed, lines, traceparent, deadline);
}

Reservation Reservations::make(kit::OrderId order, ReservationState wanted,
                               const std::vector<LineRequest>& lines, const std::string& traceparent,
                               kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    const auto opened = tx.exec(OPEN, order.value, expiry_.count(), std::string(to_string(wanted)));
    if (!opened.empty())
      return Reservation{order, wanted, opened[0]["expires_at"].as<std::string>(),
                         take_all(tx, order, wanted, lines, traceparent)};
    const auto state = lock(tx, order);
    if (state == ReservationState::Released) {
      refuse_again(tx, order);
      throw ReservationReleased();
    }
    if (state == ReservationState::Expired) {
      retake_all(tx, held_lines(tx, order), traceparent);
      tx.exec(REOPEN, order.value, expiry_.count());
    }
    if (wanted == ReservationState::Confirmed && state != ReservationState::Confirmed)
      settle_sold(tx, order, held_lines(tx, order));
    return show(tx, order);
  };
  const char* name = wanted == ReservationState::Open ? "stock_reserve" : "stock_sell";
  try {
    return database_.transact<Reservation>(name, deadline, work, true);
  } catch (const InsufficientStock& refused) {
    if (refuse(order, refused.missing, deadline)) throw;
  }
  // An earlier try of the same reserve has come through in between: that one counts.
  return database_.transact<Reservation>(name, deadline, work, true);
}

bool Reservations::refuse(kit::OrderId order, const std::vector<Missing>& missing, kit::Deadline deadline) {
  const auto why = to_json(missing);
  return database_.transact<bool>(
      "stock_refuse", deadline, [&](Transaction& tx) { return !tx.exec(REFUSE, order.value, why).empty(); },
      true);
}

void Reservations::confirm(kit::OrderId order, const std::string& traceparent, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    auto lines = held_lines_of(tx.exec(CONFIRM_OPEN, order.value));
    if (lines.empty()) {
      const auto state = lock(tx, order);
      if (!state) throw NoReservation();
      if (state == ReservationState::Released) throw ReservationReleased();
      if (state == ReservationState::Confirmed) return;
      lines = held_lines(tx, order);
      if (state == ReservationState::Expired) retake_all(tx, lines, traceparent);
      return settle_sold(tx, order, lines);
    }
    for (const auto& line : lines) sell_line(tx, order, line);
  };
  database_.transact("stock_confirm", deadline, work, true);
}

void Reservations::release(kit::OrderId order, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    if (!tx.exec(BAR, order.value).empty()) return;
    const auto state = lock(tx, order);
    if (state == ReservationState::Released) return;
    for (const auto& line : held_lines(tx, order)) {
      if (state == ReservationState::Open) unhold_line(tx, line);
      if (state == ReservationState::Confirmed) return_line(tx, order, line);
    }
    tx.exec(SETTLE, order.value, std::string(to_string(ReservationState::Released)));
  };
  database_.transact("stock_release", deadline, work, true);
}

bool Reservations::expire_one(kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    const auto lines = held_lines_of(tx.exec(EXPIRE));
    for (const auto& line : lines) unhold_line(tx, line);
    return !lines.empty();
  };
  return database_.transact<bool>("stock_expire", deadline, work, true);
}

}  // namespace product
