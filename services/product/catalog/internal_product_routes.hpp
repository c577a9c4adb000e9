#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/catalog/product_store.hpp"

namespace product::api {

/// GET /internal/products for other services: `?name=` one product by its exact name, whatever the case, or
/// `?ids=1,2` several by their ids, retired ones too. `catalog` must outlive the router.
void add_internal_product_routes(kit::http::Router& router, const Catalog& catalog);

}  // namespace product::api
