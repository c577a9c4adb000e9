#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/threads/periodic.hpp"
#include "services/product/stock/reservation_store.hpp"

#include <chrono>

namespace product {

/// Expires overdue reservations on its own thread. Safe with several replicas. Metrics:
/// stock_reservations_expired_total.
class ReservationExpiry final {
 public:
  /// Runs every `period`; the store must outlive it.
  ReservationExpiry(const ReservationStore& reservations, std::chrono::milliseconds period,
                    kit::Metrics& metrics);

 private:
  void expire(const std::stop_token& stop);

  const ReservationStore& reservations_;
  prometheus::Counter& expired_;
  kit::Periodic periodic_;  // last: its thread uses the members above
};

}  // namespace product
