#pragma once
#include "services/kit/http/router.hpp"
#include "services/product/store/catalog.hpp"

namespace product::api {

/// GET /products, /products/{id} and the same under /api. `catalog` must outlive the router.
void add_product_routes(kit::http::Router& router, const Catalog& catalog);

}  // namespace product::api
