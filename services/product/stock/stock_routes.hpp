#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/product/catalog/routing.hpp"
#include "services/product/stock/reservation_store.hpp"
#include "services/product/stock/stock_store.hpp"

namespace product {

/// For staff: GET and PATCH /api/products/{id}/stock, GET and POST …/stock/moves. Store and metrics must
/// outlive it. Metrics: stock_moves_total{reason}.
class StockRoutes final {
 public:
  StockRoutes(const StockStore& stock, kit::Metrics& metrics);
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response set_low_at(const Request& request) const;
  Response list_moves(const Request& request) const;
  Response move(const Request& request) const;
  prometheus::Counter& moves_counter(const std::string& reason) const;

  const StockStore& stock_;
  kit::Metrics& metrics_;
};

/// For the order service: POST /internal/reservations, …/{order_id}/confirm, …/{order_id}/release, and
/// /internal/sales, which reserves and confirms at once. The store must outlive it. Metrics:
/// stock_reservations_total{result}.
class ReservationRoutes final {
 public:
  ReservationRoutes(const ReservationStore& reservations, kit::Metrics& metrics);
  void add_to(Router& router) const;

 private:
  Response reserve(const Request& request) const;
  Response sell(const Request& request) const;
  Response confirm(const Request& request) const;
  Response release(const Request& request) const;
  Response make(const Request& request, contracts::ReservationState state, const char* result) const;
  prometheus::Counter& counter(const char* result) const;

  const ReservationStore& reservations_;
  kit::Metrics& metrics_;
};

}  // namespace product
