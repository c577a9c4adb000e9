#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/router.hpp"
#include "services/kit/money/money.hpp"

namespace product::api {

/// POST /api/products, PATCH and DELETE /api/products/{id}, for staff. `database` must outlive the router.
void add_product_edit_routes(kit::http::Router& router, kit::db::Database& database, kit::Currency currency);

}  // namespace product::api
