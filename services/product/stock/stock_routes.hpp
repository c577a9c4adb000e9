#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace product::api {

/// For staff: GET and PATCH /api/products/{id}/stock, GET and POST …/stock/moves. What is given must outlive
/// the router. Metrics: stock_moves_total{reason}.
void add_stock_routes(kit::http::Router& router, kit::db::Database& database, kit::Metrics& metrics);

}  // namespace product::api
