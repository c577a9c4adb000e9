#pragma once
#include "services/kit/http/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/domain/placement.hpp"
#include "services/order/peers/stock.hpp"
#include "services/order/peers/users.hpp"
#include "services/order/saga/saga.hpp"
#include "services/order/store/orders.hpp"

namespace order::api {

/// POST /orders (and under /api). Thread-safe; what it is given must outlive it. Metrics:
/// orders_placed_total.
class Place {
 public:
  Place(Orders& orders, Users& users, Stock& stock, Saga& saga, kit::Metrics& metrics);
  void add_routes(kit::http::Router& router);

 private:
  kit::http::Response handle(const kit::http::Request& request);
  /// Everything that can be refused without a trace is, here: who orders, and what.
  NewOrder check(const Placement& placement, const kit::http::Request& request);
  /// The written order, as far as it gets in the time that the request has.
  Order drive(const Order& order, const kit::http::Request& request);
  /// The order that an earlier request with the key placed, once it is settled or no more time is left.
  Order settled_before(kit::OrderId id, kit::Deadline deadline);

  Orders& orders_;
  Users& users_;
  Stock& stock_;
  Saga& saga_;
  prometheus::Counter& placed_;
};

}  // namespace order::api
