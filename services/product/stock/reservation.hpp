#pragma once
#include "services/contracts/internal/reservations.hpp"

#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

namespace product {

/// A quantity of one product in an order.
struct StockLine {
  contracts::ProductId product;
  std::int64_t quantity = 0;
  std::size_t line = 0;  ///< index of the first line of the request that names the product
  bool operator==(const StockLine&) const = default;
};

/// Adds up lines of the same product and sorts by product id: every transaction locks stock in this order, so
/// that none deadlocks.
std::vector<StockLine> in_lock_order(std::vector<StockLine> lines);

/// Whether taking `taken` pieces moved the available stock from above the threshold to it or below.
bool crossed_low(std::int64_t available_after, std::int64_t taken, std::int64_t low_at);

/// At least one line asks for more than is available. Nothing was reserved.
struct InsufficientStock final : std::exception {
  explicit InsufficientStock(std::vector<contracts::Shortage> missing) : missing(std::move(missing)) {}
  std::vector<contracts::Shortage> missing;
};

/// A line names a product that does not exist or is retired. Nothing was reserved.
struct UnknownProduct final : std::exception {
  explicit UnknownProduct(std::size_t line) : line(line) {}
  std::size_t line;
};

/// The order has no reservation.
struct ReservationNotFound final : std::exception {};

/// A released reservation can neither be renewed nor confirmed.
struct ReservationReleased final : std::exception {};

}  // namespace product
