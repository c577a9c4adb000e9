#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/fulfilment/fulfilment_store.hpp"
#include "services/order/saga/order_saga.hpp"

namespace order::api {

/// POST /api/orders/{id}/cancel, /ship, /deliver and GET, POST /api/orders/{id}/refunds. Orders of other
/// users are answered as if they did not exist. Thread-safe; the constructor's arguments must outlive it.
class FulfilmentRoutes final {
 public:
  FulfilmentRoutes(FulfilmentStore& fulfilment, OrderStore& orders, OrderSaga& saga, SalesMetrics& sales)
      : fulfilment_(fulfilment), orders_(orders), saga_(saga), sales_(sales) {}
  void add_to(kit::http::Router& router) const;

 private:
  using Request = kit::http::Request;
  using Response = kit::http::Response;
  Response cancel(const Request& request) const;
  Response ship(const Request& request) const;
  Response deliver(const Request& request) const;
  Response refund(const Request& request) const;
  Response refunds(const Request& request) const;
  /// Settles at once what is owed now, within a short time; recovery does the rest.
  void settle(contracts::OrderId id, const Request& request) const noexcept;

  FulfilmentStore& fulfilment_;
  OrderStore& orders_;
  OrderSaga& saga_;
  SalesMetrics& sales_;
};

}  // namespace order::api
