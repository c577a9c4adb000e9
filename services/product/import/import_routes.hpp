#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/money/money.hpp"

namespace product::api {

/// POST /api/products/import. What is given must outlive the router. Metrics: import_lines_total{result}.
void add_import_route(kit::http::Router& router, kit::db::Database& database, kit::Currency currency,
                      kit::Metrics& metrics);

}  // namespace product::api
