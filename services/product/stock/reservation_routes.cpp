#include "services/product/stock/reservation_routes.hpp"

#include "services/kit/json/reader.hpp"

namespace product::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using nlohmann::json;

constexpr std::int64_t MAX_QUANTITY = 100'000;
constexpr std::size_t MAX_LINES = 100;

LineRequest read_line(kit::json::Reader& line) {
  LineRequest out;
  if (const auto id = line.optional_integer("product_id", {1})) out.product = kit::ProductId{*id};
  out.name = line.optional_string("product", {1, 200}).value_or("");
  if (line.has("product_id") == line.has("product"))
    line.error("product", "or product_id is required, one of them");
  out.quantity = line.integer("quantity", {1, MAX_QUANTITY});
  line.check_unknown();
  return out;
}

std::pair<kit::OrderId, std::vector<LineRequest>> read_request(const json& body) {
  kit::json::Reader reader(body);
  const kit::OrderId order{reader.integer("order_id", {1})};
  std::vector<LineRequest> lines;
  if (const auto* array = reader.array("lines", 1, MAX_LINES)) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      kit::json::Reader line((*array)[i], "lines[" + std::to_string(i) + "]");
      lines.push_back(read_line(line));
      reader.merge(line);
    }
  }
  reader.finish();
  return {order, std::move(lines)};
}

json render(const Reservation& reservation) {
  auto lines = json::array();
  for (const auto& line : reservation.lines)
    lines.push_back(
        {{"product_id", line.product.value},
         {"name", line.name},
         {"quantity", line.quantity},
         {"unit_price",
          {{"minor", line.unit_price.minor()}, {"currency", line.unit_price.currency().code()}}}});
  return {{"order_id", reservation.order.value},
          {"state", to_string(reservation.state)},
          {"expires_at", reservation.expires_at},
          {"lines", std::move(lines)}};
}

kit::Problem insufficient(const InsufficientStock& error) {
  auto missing = json::array();
  for (const auto& line : error.missing)
    missing.push_back({{"product_id", line.product.value},
                       {"product", line.name},
                       {"requested", line.requested},
                       {"available", line.available}});
  return kit::problem::conflict("Insufficient stock").with("missing", std::move(missing));
}

kit::Problem released() {
  return kit::problem::conflict("Reservation released",
                                "The order's reservation was released and cannot come back.");
}

Response settled(kit::OrderId order, ReservationState state) {
  return Response::json({{"order_id", order.value}, {"state", to_string(state)}});
}

struct Routes {
  Reservations& reservations;
  prometheus::Counter& reserved;
  prometheus::Counter& sold;
  prometheus::Counter& refused;
  prometheus::Counter& confirmed;
  prometheus::Counter& given_back;

  Response reserve(const Request& request) const { return make(request, &Reservations::reserve, reserved); }
  Response sell(const Request& request) const { return make(request, &Reservations::sell, sold); }

  Response make(const Request& request, decltype(&Reservations::reserve) how, prometheus::Counter& made) const
      try {
    const auto body = request.json();
    const auto [order, lines] = read_request(body);
    const auto reservation = (reservations.*how)(order, lines, request.trace.traceparent(), request.deadline);
    made.Increment();
    return Response::json(render(reservation));
  } catch (const InsufficientStock& error) {
    refused.Increment();
    throw insufficient(error);
  } catch (const UnknownProduct& error) {
    refused.Increment();
    throw kit::problem::invalid("lines[" + std::to_string(error.line) + "].product",
                                "is not a product on sale");
  } catch (const ReservationReleased&) {
    throw released();
  }

  Response confirm(const Request& request) const try {
    const kit::OrderId order{request.id("order_id")};
    reservations.confirm(order, request.trace.traceparent(), request.deadline);
    confirmed.Increment();
    return settled(order, ReservationState::Confirmed);
  } catch (const InsufficientStock& error) {
    throw insufficient(error);
  } catch (const ReservationReleased&) {
    throw released();
  } catch (const NoReservation&) {
    throw kit::problem::not_found("Reservation not found");
  }

  Response release(const Request& request) const {
    const kit::OrderId order{request.id("order_id")};
    reservations.release(order, request.deadline);
    given_back.Increment();
    return settled(order, ReservationState::Released);
  }
};

}  // namespace

void add_reservation_routes(kit::http::Router& router, Reservations& reservations, kit::Metrics& metrics) {
  const auto counter = [&](const char* result) -> prometheus::Counter& {
    return metrics.counter("stock_reservations_total", "Reservations asked for and settled, by result.",
                           {{"result", result}});
  };
  const Routes routes{reservations,       counter("reserved"),  counter("sold"),
                      counter("refused"), counter("confirmed"), counter("released")};
  const std::string base = "/internal/reservations";
  router.post(base, [routes](const Request& request) { return routes.reserve(request); });
  router.post("/internal/sales", [routes](const Request& request) { return routes.sell(request); });
  router.post(base + "/{order_id}/confirm",
              [routes](const Request& request) { return routes.confirm(request); });
  router.post(base + "/{order_id}/release",
              [routes](const Request& request) { return routes.release(request); });
}

}  // namespace product::api
