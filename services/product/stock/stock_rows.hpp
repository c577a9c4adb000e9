#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/stock/reservation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The moves of stock that reservations are made of, each for one product, in the caller's transaction.
namespace product {

/// A line of a reservation as it is kept: what to move.
struct HeldLine {
  kit::ProductId product;
  std::int64_t quantity = 0;
};

/// Writes stock.low when what is available has just fallen to the threshold by `taken`; `row` has name,
/// available and low_at, as they are now.
void tell_if_low(kit::db::Transaction& tx, kit::ProductId product, std::int64_t taken, const pqxx::row& row,
                 const std::string& traceparent);

/// Holds what is wanted and writes the reservation's line; nothing is done when there is not enough, or no
/// such product. Tells stock.low.
std::optional<ReservedLine> take_line(kit::db::Transaction& tx, kit::OrderId order, const Wanted& wanted,
                                      const std::string& traceparent);

/// The same, sold at once: off the shelf and into the ledger.
std::optional<ReservedLine> sell_wanted(kit::db::Transaction& tx, kit::OrderId order, const Wanted& wanted,
                                        const std::string& traceparent);

/// Holds again what an expired reservation held; false when there is not enough.
bool retake_line(kit::db::Transaction& tx, const HeldLine& line, const std::string& traceparent);

/// What there is of a product, its stock locked from now on; nothing when it is not on sale (unless
/// `retired_too`).
std::optional<Missing> look_at_stock(kit::db::Transaction& tx, kit::ProductId product, std::int64_t requested,
                                     bool retired_too);

void sell_line(kit::db::Transaction& tx, kit::OrderId order, const HeldLine& line);
void unhold_line(kit::db::Transaction& tx, const HeldLine& line);
void return_line(kit::db::Transaction& tx, kit::OrderId order, const HeldLine& line);

/// The lines of an order's reservation, in lock order.
std::vector<HeldLine> held_lines(kit::db::Transaction& tx, kit::OrderId order);
std::vector<HeldLine> held_lines_of(const pqxx::result& rows);

}  // namespace product
