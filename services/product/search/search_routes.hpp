#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/search/search_store.hpp"

namespace product {

/// GET /api/products: search, filters, sort, pages, facets. The store must outlive it.
class SearchRoutes final {
 public:
  SearchRoutes(const SearchStore& search, kit::Currency currency) : search_(search), currency_(currency) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response search(const kit::http::Request& request) const;

  const SearchStore& search_;
  const kit::Currency currency_;
};

}  // namespace product
