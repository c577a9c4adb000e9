#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/product/catalog/product_store.hpp"

namespace product {

/// GET /internal/products for other services: `?name=` finds a product on sale by its name, whatever the
/// case, `?ids=1,2` several by id, retired ones too. The store must outlive it.
class InternalProductRoutes final {
 public:
  explicit InternalProductRoutes(const ProductStore& products) : products_(products) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response find(const kit::http::Request& request) const;
  kit::http::Response find_by_name(const kit::http::Request& request) const;
  kit::http::Response find_many(const kit::http::Request& request, std::string_view ids) const;

  const ProductStore& products_;
};

}  // namespace product
