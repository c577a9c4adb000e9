#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/clients/stock.hpp"
#include "services/order/clients/users.hpp"
#include "services/order/domain/placement.hpp"
#include "services/order/saga/saga.hpp"
#include "services/order/store/orders.hpp"

#include <atomic>

namespace order::api {

/// The request's idempotency key in the name of its caller, standing for `meaning` (see `canonical`).
std::optional<IdempotencyKey> key_of(const kit::http::Request& request, const std::string& meaning);

/// Places orders: POST /orders (and under /api), and whatever else ends in an order. Thread-safe; what it is
/// given must outlive it. Metrics: orders_placed_total, order_placement_duration_seconds.
class Place {
 public:
  Place(Orders& orders, Users& users, Stock& stock, const payments::Payments& payments, Saga& saga,
        kit::Metrics& metrics);
  void add_routes(kit::http::Router& router);

  /// Writes the order and drives it as far as it gets in the time that the request has. The answer says how
  /// that stands: 201, 202, or Problem 402, 409, 422. A repeat with the key gets the answer of the first.
  /// `also` runs in the transaction that writes the order, and not for repeats. Throws NotOnSale. The caller
  /// has checked that the request may act for the user.
  kit::http::Response place(const Placement& placement, const std::optional<IdempotencyKey>& key,
                            const kit::http::Request& request, const Orders::Also& also = {});

  /// The answer that the key had before; nothing when it is new. For those who cannot make the placement a
  /// second time. `product_field` is what a refused product is called. Throws Problem 422 when the key came
  /// with another request.
  std::optional<kit::http::Response> answered_before(const std::optional<IdempotencyKey>& key,
                                                     const kit::http::Request& request,
                                                     const std::string& product_field);

 private:
  kit::http::Response handle(const kit::http::Request& request);
  /// Everything that can be refused without a trace is, here: who orders, and what.
  NewOrder check(const Placement& placement, const kit::http::Request& request);
  std::vector<Line> look_up(const std::vector<Wish>& wishes, const kit::http::Client::Context& context);
  /// The written order, as far as it gets in the time that the request has.
  Order drive(const Order& order, const kit::http::Request& request);
  /// The order that an earlier request with the key placed: waited for while that request is at it.
  Order settled_before(kit::OrderId id, kit::Deadline deadline);

  Orders& orders_;
  Users& users_;
  Stock& stock_;
  const payments::Payments& payments_;
  Saga& saga_;
  prometheus::Counter& placed_;
  prometheus::Histogram& duration_;
  std::atomic<int> waiting_{0};  ///< workers that wait for another request with the same key
};

}  // namespace order::api
