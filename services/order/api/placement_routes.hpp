#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/saga/order_placement.hpp"

namespace order::api {

/// POST /orders (and under /api). Thread-safe; `placement` must outlive it.
class PlacementRoutes final {
 public:
  explicit PlacementRoutes(OrderPlacement& placement) : placement_(placement) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response place(const kit::http::Request& request) const;

  OrderPlacement& placement_;
};

}  // namespace order::api
