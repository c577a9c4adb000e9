#include "services/product/stock/reservation_routes.hpp"

namespace product {
namespace {

using contracts::ReservationState;
using kit::http::Request;
using kit::http::Response;

prometheus::Counter& counter(kit::Metrics& metrics, const char* result) {
  return metrics.counter("stock_reservations_total", "Reservations requested and settled, by result.",
                         {{"result", result}});
}

}  // namespace

ReservationRoutes::ReservationRoutes(const ReservationStore& reservations, kit::Metrics& metrics)
    : reservations_(reservations),
      reserved_(counter(metrics, "reserved")),
      sold_(counter(metrics, "sold")),
      refused_(counter(metrics, "refused")),
      confirmed_(counter(metrics, "confirmed")),
      released_(counter(metrics, "released")) {}

void ReservationRoutes::add_to(kit::http::Router& router) const {
  const std::string reservations = contracts::RESERVATIONS;
  router.post(reservations, handler_of(*this, &ReservationRoutes::reserve));
  router.post(contracts::SALES, handler_of(*this, &ReservationRoutes::sell));
  router.post(reservations + "/{order_id}/confirm", handler_of(*this, &ReservationRoutes::confirm));
  router.post(reservations + "/{order_id}/release", handler_of(*this, &ReservationRoutes::release));
}

Response ReservationRoutes::reserve(const Request& request) const {
  return make(request, &ReservationStore::reserve, reserved_);
}

Response ReservationRoutes::sell(const Request& request) const {
  return make(request, &ReservationStore::sell, sold_);
}

Response ReservationRoutes::make(const Request& request, decltype(&ReservationStore::reserve) method,
                                 prometheus::Counter& made) const try {
  const auto wanted = contracts::read_reservation_request(request.json());
  const auto reservation = (reservations_.*method)(wanted, request.trace.traceparent(), request.deadline);
  made.Increment();
  return Response::json(contracts::to_json(reservation));
} catch (const InsufficientStock&) {
  refused_.Increment();
  throw;
} catch (const UnknownProduct&) {
  refused_.Increment();
  throw;
}

Response ReservationRoutes::confirm(const Request& request) const {
  const kit::OrderId order{request.id("order_id")};
  reservations_.confirm(order, request.trace.traceparent(), request.deadline);
  confirmed_.Increment();
  return Response::json(contracts::settled_json(order, ReservationState::Confirmed));
}

Response ReservationRoutes::release(const Request& request) const {
  const kit::OrderId order{request.id("order_id")};
  reservations_.release(order, request.deadline);
  released_.Increment();
  return Response::json(contracts::settled_json(order, ReservationState::Released));
}

}  // namespace product
