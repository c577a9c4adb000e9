#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/stock/reservation.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace product {

/// Holds on stock, one for an order. Each call is one transaction, idempotent by the order's id, and takes
/// locks in one order: the reservation, then stock by product id. Thread-safe; safe with any number of
/// replicas.
class Reservations {
 public:
  Reservations(kit::db::Database& database, std::chrono::milliseconds expiry)
      : database_(database), expiry_(expiry) {}

  /// Holds all lines or none. An order that has a reservation gets that one again, whatever it asks for now;
  /// one that had expired is taken anew, at the price of then. A refusal is final for the order, whatever
  /// comes into stock later: a try that arrives late takes nothing. Throws InsufficientStock, UnknownProduct,
  /// ReservationReleased.
  Reservation reserve(kit::OrderId order, const std::vector<LineRequest>& lines,
                      const std::string& traceparent, kit::Deadline deadline);

  /// The same, sold at once: as reserve and confirm, for orders that wait for nothing in between. An order
  /// that has a reservation keeps that one, confirmed now.
  Reservation sell(kit::OrderId order, const std::vector<LineRequest>& lines, const std::string& traceparent,
                   kit::Deadline deadline);

  /// Takes what is held off the shelf; an expired one if there is still enough. Throws NoReservation,
  /// ReservationReleased, InsufficientStock.
  void confirm(kit::OrderId order, const std::string& traceparent, kit::Deadline deadline);

  /// Gives back what is held, or, of a confirmed one, puts it on the shelf again. Without a reservation it
  /// sees to it that none can come later.
  void release(kit::OrderId order, kit::Deadline deadline);

  /// Lets one reservation go that is past its time; false when there is none (or other replicas are at them).
  bool expire_one(kit::Deadline deadline);

 private:
  Reservation make(kit::OrderId order, ReservationState state, const std::vector<LineRequest>& lines,
                   const std::string& traceparent, kit::Deadline deadline);
  /// Makes it final; false when the order has a reservation by now.
  bool refuse(kit::OrderId order, const std::vector<Missing>& missing, kit::Deadline deadline);

  kit::db::Database& database_;
  std::chrono::milliseconds expiry_;
};

}  // namespace product
