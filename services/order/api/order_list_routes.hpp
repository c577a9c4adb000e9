#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/store/order_list_store.hpp"

namespace order::api {

/// GET /api/orders, newest first: the caller's own orders; for staff, those of all users. `lists` must
/// outlive it.
class OrderListRoutes final {
 public:
  explicit OrderListRoutes(OrderListStore& lists) : lists_(lists) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response list(const kit::http::Request& request) const;

  OrderListStore& lists_;
};

/// ?state=, ?from=, ?to= and, for staff, ?user_id=. Throws Problem 400 that names what is wrong, 403 for the
/// orders of another user.
OrderListStore::Filter read_filter(const kit::http::Request& request);

}  // namespace order::api
