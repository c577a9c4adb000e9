#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/saga/order_placement.hpp"

namespace order::api {

/// Placing, listing and showing orders. Thread-safe; the constructor's arguments must outlive it.
class OrderRoutes final {
 public:
  OrderRoutes(OrderStore& orders, const UserClient& users, OrderPlacement& placement)
      : orders_(orders), users_(users), placement_(placement) {}
  void add_to(kit::http::Router& router) const;

 private:
  using Request = kit::http::Request;
  using Response = kit::http::Response;
  /// With the user's present name and address, or without them while the user service is unreachable.
  Response show(const Request& request) const;
  Response show_with_history(const Request& request) const;
  /// Newest first: the caller's own orders; for staff, those of all users.
  Response list(const Request& request) const;
  Response place(const Request& request) const;

  OrderStore& orders_;
  const UserClient& users_;
  OrderPlacement& placement_;
};

/// The order in the request's path. Throws OrderNotFound, also for orders of other users than the caller.
Order find_order(OrderStore& orders, const kit::http::Request& request);

/// ?state=, ?from=, ?to= and, for staff, ?user_id=. Throws Problem 400 that names what is wrong, 403 for the
/// orders of another user.
OrderStore::Filter read_filter(const kit::http::Request& request);

}  // namespace order::api
