#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace product::api {

/// GET and POST /api/products/{id}/reviews; GET, PATCH, DELETE …/{review_id}; PUT …/{review_id}/status. What
/// is given must outlive the router. Metrics: reviews_total{action}.
void add_review_routes(kit::http::Router& router, kit::db::Database& database, kit::Metrics& metrics);

}  // namespace product::api
