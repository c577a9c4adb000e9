#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/stock/reservation.hpp"

#include <chrono>
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
  /// nothing. Throws InsufficientStock, UnknownProduct, ReservationReleased.
  contracts::Reservation reserve(const contracts::ReservationRequest& request, const std::string& traceparent,
                                 kit::Deadline deadline) const;

  /// Reserves and confirms at once. A reservation that the order has already is confirmed.
  contracts::Reservation sell(const contracts::ReservationRequest& request, const std::string& traceparent,
                              kit::Deadline deadline) const;

  /// Sells what is reserved, also after it expired if there is still enough. Throws ReservationNotFound,
  /// ReservationReleased, InsufficientStock.
  void confirm(kit::OrderId order, const std::string& traceparent, kit::Deadline deadline) const;

  /// Puts back what is reserved or sold. Without a reservation it prevents a later one.
  void release(kit::OrderId order, kit::Deadline deadline) const;

  /// Expires one overdue reservation. Returns false when there is none that no other replica has locked.
  bool expire_one(kit::Deadline deadline) const;

 private:
  contracts::Reservation make(const contracts::ReservationRequest& request, contracts::ReservationState state,
                              const std::string& traceparent, kit::Deadline deadline) const;
  /// Stores the refusal; false when the order has got a reservation meanwhile.
  bool refuse(kit::OrderId order, const std::vector<contracts::Shortage>& missing,
              kit::Deadline deadline) const;

  kit::db::Database& database_;
  const std::chrono::milliseconds expiry_;
};

}  // namespace product
