#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/catalog/product_cache.hpp"
#include "services/product/catalog/product_store.hpp"

namespace product::api {

/// GET /products, /products/{id}, /api/products/{id}. What is given must outlive the router.
void add_product_routes(kit::http::Router& router, const Catalog& catalog, ProductCache& cache);

}  // namespace product::api
