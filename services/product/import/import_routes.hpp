#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/product/catalog/routing.hpp"
#include "services/product/import/import_store.hpp"

namespace product {

/// POST /api/products/import. Store and metrics must outlive it. Metrics: import_lines_total{result}.
class ImportRoutes final {
 public:
  ImportRoutes(const ImportStore& store, kit::Currency currency, kit::Metrics& metrics);
  void add_to(Router& router) const;

 private:
  Response import(const Request& request) const;
  void count(const char* result, std::int64_t lines) const;

  const ImportStore& store_;
  const kit::Currency currency_;
  kit::Metrics& metrics_;
};

}  // namespace product
