#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/product/stock/reservation_store.hpp"

namespace product {

/// For the order service: POST /internal/reservations, …/{order_id}/confirm, …/{order_id}/release, and
/// /internal/sales, which reserves and confirms at once. The store must outlive it. Metrics:
/// stock_reservations_total{result}.
class ReservationRoutes final {
 public:
  ReservationRoutes(const ReservationStore& reservations, kit::Metrics& metrics);
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response reserve(const kit::http::Request& request) const;
  kit::http::Response sell(const kit::http::Request& request) const;
  kit::http::Response confirm(const kit::http::Request& request) const;
  kit::http::Response release(const kit::http::Request& request) const;
  kit::http::Response make(const kit::http::Request& request, decltype(&ReservationStore::reserve) method,
                           prometheus::Counter& made) const;

  const ReservationStore& reservations_;
  prometheus::Counter& reserved_;
  prometheus::Counter& sold_;
  prometheus::Counter& refused_;
  prometheus::Counter& confirmed_;
  prometheus::Counter& released_;
};

}  // namespace product
