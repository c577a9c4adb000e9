#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/product/stock/reservation_store.hpp"

namespace product::api {

/// POST /internal/reservations and …/{order_id}/confirm, …/{order_id}/release, and /internal/sales, which is
/// both of the first at once, for the order service. What is
/// given must outlive the router. Metrics: stock_reservations_total{result}.
void add_reservation_routes(kit::http::Router& router, Reservations& reservations, kit::Metrics& metrics);

}  // namespace product::api
