#include "services/product/stock/reservation_store.hpp"

#include "services/product/catalog/money_column.hpp"
#include "services/product/stock/stock_rows.hpp"

#include <nlohmann/json.hpp>

namespace product {
namespace {

using contracts::Reservation;
using contracts::ReservationState;
using contracts::ReservedLine;
using contracts::Shortage;
using kit::db::Statement;
using kit::db::Transaction;

constexpr int EXPIRY_BATCH = 500;

constexpr Statement OPEN{"reservation_open", R"(
  insert into reservations (order_id, state, expires_at, settled_at)
  values ($1, $3, now() + $2::bigint * interval '1 millisecond', case when $3 <> 'open' then now() end)
  on conflict (order_id) do nothing
  returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at)"};

constexpr Statement REOPEN{"reservation_reopen", R"(
  update reservations set state = 'open', settled_at = null, expires_at = now() + $2::bigint * interval '1 millisecond'
  where order_id = $1)"};

// For an order that was refused, with what was missing, or released before it was reserved (null), so that a
// late reserve is refused.
constexpr Statement REFUSE{"reservation_refuse", R"(
  insert into reservations (order_id, state, expires_at, settled_at, refusal)
  values ($1, 'released', now(), now(), $2::jsonb)
  on conflict (order_id) do nothing
  returning order_id)"};

constexpr Statement REFUSAL{"reservation_refusal", R"(
  select x.product_id, x.name, x.requested, x.available
  from reservations r, jsonb_to_recordset(r.refusal) as x(product_id bigint, name text, requested bigint, available bigint)
  where r.order_id = $1)"};

constexpr Statement LOCK{"reservation_lock", "select state from reservations where order_id = $1 for update"};

constexpr Statement SETTLE{"reservation_settle",
                           "update reservations set state = $2, settled_at = now() where order_id = $1"};

// The common case, an open reservation, in one statement.
constexpr Statement CONFIRM_OPEN{"reservation_confirm_open", R"(
  with won as (
    update reservations set state = 'confirmed', settled_at = now()
    where order_id = $1 and state = 'open' returning order_id
  )
  select l.product_id, l.quantity from reservation_lines l join won using (order_id) order by l.product_id)"};

constexpr Statement EXPIRE{"reservation_expire", R"(
  with due as (
    select order_id from reservations where state = 'open' and expires_at < now()
    order by expires_at limit 1 for update skip locked
  ), gone as (
    update reservations r set state = 'expired', settled_at = now() from due
    where r.order_id = due.order_id returning r.order_id
  )
  select l.product_id, l.quantity from reservation_lines l join gone using (order_id) order by l.product_id)"};

constexpr Statement READ{"reservation_show", R"(
  select r.state, to_char(r.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expires_at,
         l.product_id, l.name, l.quantity, l.unit_price_minor, l.currency
  from reservations r join reservation_lines l using (order_id)
  where order_id = $1 order by l.product_id)"};

constexpr Statement FIND_NAMED{
    "product_id_by_name", "select id from products where retired_at is null and lower(name) = lower($1)"};

/// The lines by product id, in lock order.
std::vector<StockLine> resolve(Transaction& tx, const std::vector<contracts::RequestedLine>& lines) {
  std::vector<StockLine> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto id = lines[i].product;
    if (!id) {
      const auto rows = tx.exec(FIND_NAMED, lines[i].name);
      if (rows.empty()) throw UnknownProduct(i);
      id = contracts::ProductId{rows[0]["id"].as<std::int64_t>()};
    }
    out.push_back({*id, lines[i].quantity, i});
  }
  return in_lock_order(std::move(out));
}

/// Takes each line. Throws InsufficientStock with all lines of which there is not enough.
template <class Take>
void take_each(Transaction& tx, const std::vector<StockLine>& lines, bool retired_too, Take take) {
  std::vector<Shortage> missing;
  for (const auto& line : lines) {
    if (take(line)) continue;
    const auto shortage = lock_stock(tx, line, retired_too);
    if (!shortage) throw UnknownProduct(line.line);
    // Stock may have come back between the two statements; now that it is locked, a second attempt is
    // certain.
    if (shortage->available >= line.quantity && take(line)) continue;
    missing.push_back(*shortage);
  }
  if (!missing.empty()) throw InsufficientStock(std::move(missing));
}

std::vector<ReservedLine> take_all(Transaction& tx, const contracts::ReservationRequest& request,
                                   ReservationState state, const std::string& traceparent) {
  std::vector<ReservedLine> taken;
  take_each(tx, resolve(tx, request.lines), false, [&](const StockLine& line) {
    auto reserved = take_stock(tx, request.order, line, state, traceparent);
    if (reserved) taken.push_back(std::move(*reserved));
    return reserved.has_value();
  });
  return taken;
}

void hold_all_again(Transaction& tx, const std::vector<StockLine>& lines, const std::string& traceparent) {
  take_each(tx, lines, true, [&](const StockLine& line) { return hold_again(tx, line, traceparent); });
}

void sell_all(Transaction& tx, contracts::OrderId order, const std::vector<StockLine>& lines) {
  tx.exec(SETTLE, order.value, std::string(contracts::to_string(ReservationState::Confirmed)));
  for (const auto& line : lines) sell_held(tx, order, line);
}

std::optional<ReservationState> lock(Transaction& tx, contracts::OrderId order) {
  const auto rows = tx.exec(LOCK, order.value);
  if (rows.empty()) return std::nullopt;
  return contracts::parse_reservation_state(rows[0]["state"].as<std::string>());
}

/// Throws the stored refusal of the order again; returns when it was released for another reason.
void rethrow_refusal(Transaction& tx, contracts::OrderId order) {
  std::vector<Shortage> missing;
  for (const auto& row : tx.exec(REFUSAL, order.value))
    missing.push_back({contracts::ProductId{row["product_id"].as<std::int64_t>()},
                       row["name"].as<std::string>(), row["requested"].as<std::int64_t>(),
                       row["available"].as<std::int64_t>()});
  if (!missing.empty()) throw InsufficientStock(std::move(missing));
}

std::string refusal_json(const std::vector<Shortage>& missing) {
  auto out = nlohmann::json::array();
  for (const auto& line : missing)
    out.push_back({{"product_id", line.product.value},
                   {"name", line.name},
                   {"requested", line.requested},
                   {"available", line.available}});
  return out.dump();
}

Reservation read(Transaction& tx, contracts::OrderId order) {
  const auto rows = tx.exec(READ, order.value);
  if (rows.empty()) throw std::logic_error("a reservation has no lines");
  Reservation out{order,
                  contracts::parse_reservation_state(rows[0]["state"].as<std::string>()),
                  rows[0]["expires_at"].as<std::string>(),
                  {}};
  for (const auto& row : rows)
    out.lines.push_back({contracts::ProductId{row["product_id"].as<std::int64_t>()},
                         row["name"].as<std::string>(), row["quantity"].as<std::int64_t>(),
                         money_of(row, "unit_price_minor", "currency")});
  return out;
}

}  // namespace

Reservation ReservationStore::reserve(const contracts::ReservationRequest& request, ReservationState wanted,
                                      const std::string& traceparent, kit::Deadline deadline) const {
  const auto order = request.order;
  const auto work = [&](Transaction& tx) {
    const auto opened =
        tx.exec(OPEN, order.value, expiry_.count(), std::string(contracts::to_string(wanted)));
    if (!opened.empty())
      return Reservation{order, wanted, opened[0]["expires_at"].as<std::string>(),
                         take_all(tx, request, wanted, traceparent)};
    const auto state = lock(tx, order);
    if (state == ReservationState::Released) {
      rethrow_refusal(tx, order);
      throw ReservationReleased();
    }
    if (state == ReservationState::Expired) {
      hold_all_again(tx, read_lines(tx, order), traceparent);
      tx.exec(REOPEN, order.value, expiry_.count());
    }
    if (wanted == ReservationState::Confirmed && state != ReservationState::Confirmed)
      sell_all(tx, order, read_lines(tx, order));
    return read(tx, order);
  };
  const char* name = wanted == ReservationState::Open ? "stock_reserve" : "stock_sell";
  try {
    return database_.transact<Reservation>(name, deadline, work, true);
  } catch (const InsufficientStock& refused) {
    if (refuse(order, refused.missing, deadline)) throw;
  }
  // An earlier attempt of the same reserve has succeeded meanwhile.
  return database_.transact<Reservation>(name, deadline, work, true);
}

bool ReservationStore::refuse(contracts::OrderId order, const std::vector<Shortage>& missing,
                              kit::Deadline deadline) const {
  const auto why = refusal_json(missing);
  return database_.transact<bool>(
      "stock_refuse", deadline, [&](Transaction& tx) { return !tx.exec(REFUSE, order.value, why).empty(); },
      true);
}

void ReservationStore::confirm(contracts::OrderId order, const std::string& traceparent,
                               kit::Deadline deadline) const {
  const auto work = [&](Transaction& tx) {
    auto lines = stock_lines_of(tx.exec(CONFIRM_OPEN, order.value));
    if (lines.empty()) {
      const auto state = lock(tx, order);
      if (!state) throw ReservationNotFound();
      if (state == ReservationState::Released) throw ReservationReleased();
      if (state == ReservationState::Confirmed) return;
      lines = read_lines(tx, order);
      if (state == ReservationState::Expired) hold_all_again(tx, lines, traceparent);
      return sell_all(tx, order, lines);
    }
    for (const auto& line : lines) sell_held(tx, order, line);
  };
  database_.transact("stock_confirm", deadline, work, true);
}

void ReservationStore::release(contracts::OrderId order, kit::Deadline deadline) const {
  const auto work = [&](Transaction& tx) {
    if (!tx.exec(REFUSE, order.value, std::nullopt).empty()) return;
    const auto state = lock(tx, order);
    if (state == ReservationState::Released) return;
    for (const auto& line : read_lines(tx, order)) {
      if (state == ReservationState::Open) release_held(tx, line);
      if (state == ReservationState::Confirmed) return_sold(tx, order, line);
    }
    tx.exec(SETTLE, order.value, std::string(contracts::to_string(ReservationState::Released)));
  };
  database_.transact("stock_release", deadline, work, true);
}

void ReservationStore::expire(const std::stop_token& stop, prometheus::Counter& expired) const {
  for (int i = 0; i < EXPIRY_BATCH && !stop.stop_requested(); ++i) {
    if (!expire_one(kit::Deadline::in(std::chrono::seconds(5)))) return;
    expired.Increment();
  }
}

bool ReservationStore::expire_one(kit::Deadline deadline) const {
  const auto work = [&](Transaction& tx) {
    const auto lines = stock_lines_of(tx.exec(EXPIRE));
    for (const auto& line : lines) release_held(tx, line);
    return !lines.empty();
  };
  return database_.transact<bool>("stock_expire", deadline, work, true);
}

}  // namespace product
