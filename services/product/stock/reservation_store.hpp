#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/product/stock/reservation.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace product {

/// Reservations of stock, one per order. Each call is one transaction, idempotent by the order's id, and
/// locks the reservation first, then stock by product id. Thread-safe, with any number of replicas. Throws
/// kit::db::Unavailable.
class ReservationStore final {
 public:
  ReservationStore(kit::db::Database& database, std::chrono::milliseconds expiry)
      : database_(database), expiry_(expiry) {}

  /// Reserves all lines or none. An order that has a reservation gets it again, whatever it asks for now; an
  /// expired one is renewed at its prices. A refusal is final for the order, so that a late retry takes
  /// nothing. With `wanted` Confirmed instead of Open it is confirmed at once, also one that the order has
  /// already. Throws InsufficientStock, UnknownProduct, ReservationReleased.
  contracts::Reservation reserve(const contracts::ReservationRequest& request,
                                 contracts::ReservationState wanted, const std::string& traceparent,
                                 kit::Deadline deadline) const;

  /// Sells what is reserved, also after it expired if there is still enough. Throws ReservationNotFound,
  /// ReservationReleased, InsufficientStock.
  void confirm(contracts::OrderId order, const std::string& traceparent, kit::Deadline deadline) const;

  /// Puts back what is reserved or sold. Without a reservation it prevents a later one.
  void release(contracts::OrderId order, kit::Deadline deadline) const;

  /// Expires overdue reservations that no other replica has locked, at most 500, and counts them.
  void expire(const std::stop_token& stop, prometheus::Counter& expired) const;

 private:
  bool expire_one(kit::Deadline deadline) const;
  /// Stores the refusal; false when the order has got a reservation meanwhile.
  bool refuse(contracts::OrderId order, const std::vector<contracts::Shortage>& missing,
              kit::Deadline deadline) const;

  kit::db::Database& database_;
  const std::chrono::milliseconds expiry_;
};

}  // namespace product
