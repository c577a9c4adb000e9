#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/money/money.hpp"
#include "services/product/catalog/product_cache.hpp"
#include "services/product/catalog/product_store.hpp"

namespace product {

/// GET /products, /products/{id} and /api/products/{id}; for staff POST /api/products, PATCH and DELETE
/// /api/products/{id}. Store and cache must outlive it.
class ProductRoutes final {
 public:
  ProductRoutes(const ProductStore& products, ProductCache& cache, kit::Currency currency)
      : products_(products), cache_(cache), currency_(currency) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response list(const kit::http::Request& request) const;
  kit::http::Response show(const kit::http::Request& request) const;
  kit::http::Response create(const kit::http::Request& request) const;
  kit::http::Response change(const kit::http::Request& request) const;
  kit::http::Response retire(const kit::http::Request& request) const;
  std::shared_ptr<const ProductCache::Entry> look_up(kit::ProductId id, kit::Deadline deadline) const;

  const ProductStore& products_;
  ProductCache& cache_;
  const kit::Currency currency_;
};

}  // namespace product
