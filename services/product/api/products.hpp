#pragma once
#include "services/kit/http/router.hpp"
#include "services/product/store/catalog.hpp"
#include "services/product/store/product_cache.hpp"

namespace product::api {

/// GET /products, /products/{id}, /api/products/{id}. What is given must outlive the router.
void add_product_routes(kit::http::Router& router, const Catalog& catalog, ProductCache& cache);

}  // namespace product::api
