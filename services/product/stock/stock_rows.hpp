#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/stock/reservation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Changes of the stock of one product, in the caller's transaction.
namespace product {

/// Writes the event stock.low when taking `taken` pieces has just made the stock low; `row` has the current
/// name, available and low_at.
void write_if_low(kit::db::Transaction& tx, contracts::ProductId product, std::int64_t taken,
                  const pqxx::row& row, const std::string& traceparent);

/// Holds the stock of a line (`state` Open) or sells it at once (Confirmed), and writes the reservation's
/// line and the event stock.low. Returns nullopt without a change when there is not enough or no such
/// product on sale.
std::optional<contracts::ReservedLine> take_stock(kit::db::Transaction& tx, contracts::OrderId order,
                                                  const StockLine& line, contracts::ReservationState state,
                                                  const std::string& traceparent);

/// Holds a line of an expired reservation again; false when there is not enough.
bool hold_again(kit::db::Transaction& tx, const StockLine& line, const std::string& traceparent);

/// Locks the stock of a product and returns what is available; nullopt when it is not on sale (unless
/// `retired_too`).
std::optional<contracts::Shortage> lock_stock(kit::db::Transaction& tx, const StockLine& line,
                                              bool retired_too);

void sell_held(kit::db::Transaction& tx, contracts::OrderId order, const StockLine& line);
void release_held(kit::db::Transaction& tx, const StockLine& line);
void return_sold(kit::db::Transaction& tx, contracts::OrderId order, const StockLine& line);

/// The lines of an order's reservation, in lock order.
std::vector<StockLine> read_lines(kit::db::Transaction& tx, contracts::OrderId order);
std::vector<StockLine> stock_lines_of(const pqxx::result& rows);

}  // namespace product
