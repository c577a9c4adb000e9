#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/threads/periodic.hpp"
#include "services/product/stock/reservation_store.hpp"

#include <chrono>

namespace product {

/// Lets reservations go that are past their time, on a thread of its own. Safe on several replicas: each
/// takes what no other has locked. Metrics: stock_reservations_expired_total.
class Sweeper {
 public:
  /// Looks every `pause`; reservations and metrics must outlive it.
  Sweeper(Reservations& reservations, std::chrono::milliseconds pause, kit::Metrics& metrics);

 private:
  void sweep(const std::stop_token& stop);

  Reservations& reservations_;
  prometheus::Counter& expired_;
  kit::Periodic periodic_;  // last: it stops before what it uses goes
};

}  // namespace product
