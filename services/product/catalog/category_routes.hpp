#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/catalog/category_store.hpp"

namespace product {

/// GET /api/categories; for staff POST, and PATCH and DELETE /api/categories/{id}. The store must outlive it.
class CategoryRoutes final {
 public:
  explicit CategoryRoutes(const CategoryStore& categories) : categories_(categories) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response list(const kit::http::Request& request) const;
  kit::http::Response create(const kit::http::Request& request) const;
  kit::http::Response change(const kit::http::Request& request) const;
  kit::http::Response remove(const kit::http::Request& request) const;

  const CategoryStore& categories_;
};

}  // namespace product
