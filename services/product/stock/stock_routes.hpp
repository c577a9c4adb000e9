#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/product/stock/stock_store.hpp"

namespace product {

/// For staff: GET and PATCH /api/products/{id}/stock, GET and POST …/stock/moves. Store and metrics must
/// outlive it. Metrics: stock_moves_total{reason}.
class StockRoutes final {
 public:
  StockRoutes(const StockStore& stock, kit::Metrics& metrics);
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response show(const kit::http::Request& request) const;
  kit::http::Response set_low_at(const kit::http::Request& request) const;
  kit::http::Response list_moves(const kit::http::Request& request) const;
  kit::http::Response move(const kit::http::Request& request) const;
  prometheus::Counter& moves_counter(const std::string& reason) const;

  const StockStore& stock_;
  kit::Metrics& metrics_;
};

}  // namespace product
