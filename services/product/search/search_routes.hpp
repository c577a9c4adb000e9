#pragma once
#include "services/product/catalog/routing.hpp"
#include "services/product/search/search_store.hpp"

namespace product {

/// GET /api/products: search, filters, sort, pages, facets. The store must outlive it.
class SearchRoutes final {
 public:
  SearchRoutes(const SearchStore& search, kit::Currency currency) : search_(search), currency_(currency) {}
  void add_to(Router& router) const;

 private:
  Response search(const Request& request) const;

  const SearchStore& search_;
  const kit::Currency currency_;
};

}  // namespace product
