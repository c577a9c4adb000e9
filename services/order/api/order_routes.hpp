#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/clients/user_client.hpp"
#include "services/order/store/order_store.hpp"

namespace order::api {

/// GET /orders/{id}, and /api/orders/{id} with the order's history: the order with its user's present name
/// and address, or without them while the user service is unreachable. Thread-safe; the constructor's
/// arguments must outlive it.
class OrderRoutes final {
 public:
  OrderRoutes(OrderStore& orders, const UserClient& users) : orders_(orders), users_(users) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response show(const kit::http::Request& request) const;
  kit::http::Response show_with_history(const kit::http::Request& request) const;
  Order find(const kit::http::Request& request) const;

  OrderStore& orders_;
  const UserClient& users_;
};

}  // namespace order::api
