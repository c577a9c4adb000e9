#include "services/product/stock/stock_rows.hpp"

#include "services/kit/messaging/outbox.hpp"
#include "services/product/catalog/money_column.hpp"
#include "services/product/catalog/product_events.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

#define TAKE(CHANGE)                                                                                  \
  "with taken as (update stock s set " CHANGE                                                         \
  " from products p where s.product_id = $2 and p.id = s.product_id and p.retired_at is null"         \
  " and s.on_hand - s.reserved >= $3::bigint returning p.name, p.price_minor, p.currency, s.on_hand," \
  " s.on_hand - s.reserved as available, s.low_at), line as (insert into reservation_lines"           \
  " (order_id, product_id, name, quantity, unit_price_minor, currency)"                               \
  " select $1, $2, name, $3::bigint, price_minor, currency from taken)"

constexpr Statement HOLD{"stock_take", TAKE("reserved = s.reserved + $3::bigint") " select * from taken"};

constexpr Statement SELL_DIRECTLY{"stock_sell_wanted", TAKE("on_hand = s.on_hand - $3::bigint") R"(
  , sold as (
    insert into stock_ledger (product_id, change, reason, order_id, balance)
    select $2, -$3::bigint, 'sold', $1, on_hand from taken
  )
  select * from taken)"};

constexpr Statement HOLD_AGAIN{"stock_retake", R"(
  update stock s set reserved = s.reserved + $2::bigint
  from products p
  where s.product_id = $1 and p.id = s.product_id and s.on_hand - s.reserved >= $2::bigint
  returning p.name, s.on_hand - s.reserved as available, s.low_at)"};

constexpr Statement LOCK{"stock_look", R"(
  select p.name, p.retired_at is not null as retired, s.on_hand - s.reserved as available
  from products p join stock s on s.product_id = p.id
  where p.id = $1
  for no key update of s)"};

constexpr Statement SELL_HELD{"stock_sell", R"(
  with sold as (
    update stock set on_hand = on_hand - $3::bigint, reserved = reserved - $3::bigint where product_id = $2
    returning product_id, on_hand
  )
  insert into stock_ledger (product_id, change, reason, order_id, balance)
  select product_id, -$3::bigint, 'sold', $1, on_hand from sold)"};

constexpr Statement RELEASE{"stock_unhold",
                            "update stock set reserved = reserved - $2::bigint where product_id = $1"};

constexpr Statement RETURN{"stock_return", R"(
  with back as (
    update stock set on_hand = on_hand + $3::bigint where product_id = $2 returning product_id, on_hand
  )
  insert into stock_ledger (product_id, change, reason, order_id, balance)
  select product_id, $3::bigint, 'returned', $1, on_hand from back)"};

constexpr Statement LINES{
    "reservation_lines",
    "select product_id, quantity from reservation_lines where order_id = $1 order by product_id"};

}  // namespace

void write_if_low(Transaction& tx, contracts::ProductId product, std::int64_t taken, const pqxx::row& row,
                  const std::string& traceparent) {
  const auto available = row["available"].as<std::int64_t>();
  if (!crossed_low(available, taken, row["low_at"].as<std::int64_t>())) return;
  kit::messaging::write_outbox(
      tx,
      product_event("stock.low", {product, row["name"].as<std::string>(), {}, {}, available}, traceparent));
}

std::optional<contracts::ReservedLine> take_stock(Transaction& tx, contracts::OrderId order,
                                                  const StockLine& line, contracts::ReservationState state,
                                                  const std::string& traceparent) {
  const auto& statement = state == contracts::ReservationState::Open ? HOLD : SELL_DIRECTLY;
  const auto rows = tx.exec(statement, order.value, line.product.value, line.quantity);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  write_if_low(tx, line.product, line.quantity, row, traceparent);
  return contracts::ReservedLine{line.product, row["name"].as<std::string>(), line.quantity,
                                 money_of(row, "price_minor", "currency")};
}

bool hold_again(Transaction& tx, const StockLine& line, const std::string& traceparent) {
  const auto rows = tx.exec(HOLD_AGAIN, line.product.value, line.quantity);
  if (rows.empty()) return false;
  write_if_low(tx, line.product, line.quantity, rows[0], traceparent);
  return true;
}

std::optional<contracts::Shortage> lock_stock(Transaction& tx, const StockLine& line, bool retired_too) {
  const auto rows = tx.exec(LOCK, line.product.value);
  if (rows.empty() || (rows[0]["retired"].as<bool>() && !retired_too)) return std::nullopt;
  return contracts::Shortage{line.product, rows[0]["name"].as<std::string>(), line.quantity,
                             rows[0]["available"].as<std::int64_t>()};
}

void sell_held(Transaction& tx, contracts::OrderId order, const StockLine& line) {
  tx.exec(SELL_HELD, order.value, line.product.value, line.quantity);
}

void release_held(Transaction& tx, const StockLine& line) {
  tx.exec(RELEASE, line.product.value, line.quantity);
}

void return_sold(Transaction& tx, contracts::OrderId order, const StockLine& line) {
  tx.exec(RETURN, order.value, line.product.value, line.quantity);
}

std::vector<StockLine> read_lines(Transaction& tx, contracts::OrderId order) {
  return stock_lines_of(tx.exec(LINES, order.value));
}

std::vector<StockLine> stock_lines_of(const pqxx::result& rows) {
  std::vector<StockLine> lines;
  for (const auto& row : rows)
    lines.push_back(
        {contracts::ProductId{row["product_id"].as<std::int64_t>()}, row["quantity"].as<std::int64_t>()});
  return lines;
}

}  // namespace product
