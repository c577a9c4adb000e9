#include "services/product/stock/stock_routes.hpp"

namespace product {
namespace {

using contracts::ReservationState;

}  // namespace

ReservationRoutes::ReservationRoutes(const ReservationStore& reservations, kit::Metrics& metrics)
    : reservations_(reservations), metrics_(metrics) {
  for (const auto* result : {"reserved", "sold", "refused", "confirmed", "released"}) counter(result);
}

prometheus::Counter& ReservationRoutes::counter(const char* result) const {
  return metrics_.counter("stock_reservations_total", "Reservations requested and settled, by result.",
                          {{"result", result}});
}

void ReservationRoutes::add_to(Router& router) const {
  const std::string reservations = contracts::RESERVATIONS;
  router.post(reservations, handler_of(*this, &ReservationRoutes::reserve));
  router.post(contracts::SALES, handler_of(*this, &ReservationRoutes::sell));
  router.post(reservations + "/{order_id}/confirm", handler_of(*this, &ReservationRoutes::confirm));
  router.post(reservations + "/{order_id}/release", handler_of(*this, &ReservationRoutes::release));
}

Response ReservationRoutes::reserve(const Request& request) const {
  return make(request, ReservationState::Open, "reserved");
}

Response ReservationRoutes::sell(const Request& request) const {
  return make(request, ReservationState::Confirmed, "sold");
}

Response ReservationRoutes::make(const Request& request, ReservationState state, const char* result) const
    try {
  const auto wanted = contracts::read_reservation_request(request.json());
  const auto reservation =
      reservations_.reserve(wanted, state, request.trace.traceparent(), request.deadline);
  counter(result).Increment();
  return Response::json(contracts::to_json(reservation));
} catch (const InsufficientStock&) {
  counter("refused").Increment();
  throw;
} catch (const UnknownProduct&) {
  counter("refused").Increment();
  throw;
}

Response ReservationRoutes::confirm(const Request& request) const {
  const contracts::OrderId order{request.id("order_id")};
  reservations_.confirm(order, request.trace.traceparent(), request.deadline);
  counter("confirmed").Increment();
  return Response::json(contracts::settled_json(order, ReservationState::Confirmed));
}

Response ReservationRoutes::release(const Request& request) const {
  const contracts::OrderId order{request.id("order_id")};
  reservations_.release(order, request.deadline);
  counter("released").Increment();
  return Response::json(contracts::settled_json(order, ReservationState::Released));
}

}  // namespace product
