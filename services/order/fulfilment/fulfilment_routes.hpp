#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/fulfilment/fulfilment_store.hpp"
#include "services/order/saga/saga.hpp"

namespace order::api {

/// POST /api/orders/{id}/cancel, /ship, /deliver and GET, POST /api/orders/{id}/refunds. Whose order it is
/// not, is told that there is none. Thread-safe; what it is given must outlive it.
class LifeRoutes {
 public:
  LifeRoutes(Life& life, Orders& orders, Saga& saga, Sales& sales)
      : life_(life), orders_(orders), saga_(saga), sales_(sales) {}
  void add_routes(kit::http::Router& router);

 private:
  using Request = kit::http::Request;
  using Response = kit::http::Response;
  Response cancel(const Request& request);
  Response ship(const Request& request);
  Response deliver(const Request& request);
  Response refund(const Request& request);
  Response refunds(const Request& request);
  /// Gives back at once what is owed now, if that goes quickly; else recovery does.
  void settle(kit::OrderId id, const Request& request) noexcept;

  Life& life_;
  Orders& orders_;
  Saga& saga_;
  Sales& sales_;
};

}  // namespace order::api
