#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/router.hpp"

namespace product::api {

/// GET /api/categories, and for staff POST, PATCH and DELETE /api/categories/{id}. `database` must outlive
/// the router.
void add_category_routes(kit::http::Router& router, kit::db::Database& database);

}  // namespace product::api
