#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/search/search_store.hpp"

namespace product::api {

/// GET /api/products: search, filters, sort, pages, facets. `search` must outlive the router.
void add_search_routes(kit::http::Router& router, const Search& search, kit::Currency currency);

}  // namespace product::api
