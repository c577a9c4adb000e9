#include "services/product/stock/stock_store.hpp"

#include "services/product/catalog/product.hpp"
#include "services/product/stock/stock_rows.hpp"

#include <limits>

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement STATE{"stock_state", "select on_hand, reserved, low_at from stock where product_id = $1"};

// The ledger row gets its id while the stock row is locked, so that ids of a product follow its balance.
constexpr Statement MOVE{"stock_move", R"(
  with moved as (
    update stock set on_hand = on_hand + $2::bigint
    where product_id = $1 and on_hand + $2::bigint between reserved and $6::bigint
    returning product_id, on_hand, reserved, low_at
  ), written as (
    insert into stock_ledger (product_id, change, reason, by_user, note, balance)
    select product_id, $2::bigint, $3, $4::bigint, $5, on_hand from moved
    returning id, at
  )
  select w.id, to_char(w.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, m.on_hand, m.reserved,
         m.low_at, m.on_hand - m.reserved as available, p.name, p.retired_at is not null as retired
  from moved m cross join written w join products p on p.id = m.product_id)"};

constexpr Statement SET_LOW{"stock_set_low_at", R"(
  update stock set low_at = $2::bigint where product_id = $1 returning on_hand, reserved, low_at)"};

constexpr Statement MOVES{"stock_moves", R"(
  select l.id, l.change, l.reason, l.order_id, l.by_user, l.note,
         to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
         coalesce(l.balance, (select sum(b.change) from stock_ledger b
                              where b.product_id = l.product_id and b.id <= l.id))::bigint as balance
  from stock_ledger l where l.product_id = $1 and l.id < $2 order by l.id desc limit $3)"};

StockState state_of(const pqxx::row& row) {
  return {row["on_hand"].as<std::int64_t>(), row["reserved"].as<std::int64_t>(),
          row["low_at"].as<std::int64_t>()};
}

StockMove move_of(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(),
          row["change"].as<std::int64_t>(),
          row["reason"].as<std::string>(),
          row["order_id"].as<std::optional<std::int64_t>>(),
          row["by_user"].as<std::optional<std::int64_t>>(),
          row["note"].as<std::optional<std::string>>(),
          row["at"].as<std::string>(),
          row["balance"].as<std::int64_t>()};
}

/// Throws ProductNotFound when there is no row.
StockState state_of(const pqxx::result& rows) {
  if (rows.empty()) throw ProductNotFound();
  return state_of(rows[0]);
}

}  // namespace

StockState StockStore::state(contracts::ProductId product, kit::Deadline deadline) const {
  return database_.read<StockState>("stock_state", deadline,
                                    [&](Transaction& tx) { return state_of(tx.exec(STATE, product.value)); });
}

StockState StockStore::set_low_at(contracts::ProductId product, std::int64_t low_at,
                                  kit::Deadline deadline) const {
  const auto work = [&](Transaction& tx) { return state_of(tx.exec(SET_LOW, product.value, low_at)); };
  return database_.transact<StockState>("stock_set_low_at", deadline, work, true);
}

kit::db::Page<StockMove> StockStore::moves(contracts::ProductId product, std::optional<std::int64_t> before,
                                           int limit, kit::Deadline deadline) const {
  return database_.read<kit::db::Page<StockMove>>("stock_moves", deadline, [&](Transaction& tx) {
    const auto rows =
        tx.exec(MOVES, product.value, before.value_or(std::numeric_limits<std::int64_t>::max()), limit + 1);
    if (rows.empty()) state_of(tx.exec(STATE, product.value));  // throws when there is no such product
    return kit::db::read_page(rows, limit, move_of);
  });
}

kit::db::StoredResponse StockStore::move(contracts::ProductId product, const NewMove& move, kit::UserId by,
                                         const std::string& traceparent,
                                         const std::optional<kit::db::IdempotencyKey>& key,
                                         const Render& render, kit::Deadline deadline) const {
  return kit::db::respond_once(database_, "stock_move", deadline, key, [&](Transaction& tx) {
    const auto rows =
        tx.exec(MOVE, product.value, move.change, move.reason, by.value, move.note, MAX_ON_HAND);
    if (rows.empty()) throw MoveRefused(state_of(tx.exec(STATE, product.value)));
    const auto row = rows[0];
    if (!row["retired"].as<bool>()) write_if_low(tx, product, -move.change, row, traceparent);
    const auto state = state_of(row);
    return render({row["id"].as<std::int64_t>(), move.change, move.reason, std::nullopt, by.value, move.note,
                   row["at"].as<std::string>(), state.on_hand},
                  state);
  });
}

}  // namespace product
