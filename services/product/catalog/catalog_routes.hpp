#pragma once
#include "services/kit/money/money.hpp"
#include "services/product/catalog/category_store.hpp"
#include "services/product/catalog/product_cache.hpp"
#include "services/product/catalog/product_store.hpp"
#include "services/product/catalog/routing.hpp"

// Stores and cache must outlive these.
namespace product {

/// GET /products, /products/{id} and /api/products/{id}; for staff POST /api/products, PATCH and DELETE
/// /api/products/{id}.
class ProductRoutes final {
 public:
  ProductRoutes(const ProductStore& products, ProductCache& cache, kit::Currency currency)
      : products_(products), cache_(cache), currency_(currency) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response show(const Request& request) const;
  Response create(const Request& request) const;
  Response change(const Request& request) const;
  Response retire(const Request& request) const;
  std::shared_ptr<const ProductCache::Entry> look_up(contracts::ProductId id, kit::Deadline deadline) const;

  const ProductStore& products_;
  ProductCache& cache_;
  const kit::Currency currency_;
};

/// GET /internal/products for other services: `?name=` finds a product on sale by its name, whatever the
/// case, `?ids=1,2` several by id, retired ones too.
class InternalProductRoutes final {
 public:
  explicit InternalProductRoutes(const ProductStore& products) : products_(products) {}
  void add_to(Router& router) const;

 private:
  Response find(const Request& request) const;
  Response find_by_name(const Request& request) const;
  Response find_many(const Request& request, std::string_view ids) const;

  const ProductStore& products_;
};

/// GET /api/categories; for staff POST, and PATCH and DELETE /api/categories/{id}.
class CategoryRoutes final {
 public:
  explicit CategoryRoutes(const CategoryStore& categories) : categories_(categories) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response create(const Request& request) const;
  Response change(const Request& request) const;
  Response remove(const Request& request) const;

  const CategoryStore& categories_;
};

}  // namespace product
