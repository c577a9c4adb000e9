#pragma once
#include "services/kit/threads/periodic.hpp"
#include "services/order/saga/order_saga.hpp"

#include <chrono>
#include <functional>

namespace order {

/// Claims due orders, on a thread of its own: those that crashes and unavailable services left, and those
/// that owe something. All replicas do, each order at one of them. Metrics: orders_recovered_total. The
/// constructor's arguments must outlive it.
class Recovery {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  Recovery(OrderStore& orders, PaymentStore& payments, OrderSaga& saga, std::chrono::milliseconds pause,
           kit::Metrics& metrics, Clock now);

 private:
  /// At most a batch; ends early when services are unavailable.
  void recover(const std::stop_token& stop);
  /// Returns false when a service did not answer.
  bool drive(const OrderStore::Claim& claim);
  /// Deletes old idempotency keys and payment events, now and then.
  void clean_up();

  OrderStore& orders_;
  PaymentStore& payments_;
  OrderSaga& saga_;
  prometheus::Counter& recovered_;
  Clock now_;
  std::chrono::steady_clock::time_point clean_up_at_;
  kit::Periodic periodic_;  // last: it stops before the members that it uses are destroyed
};

}  // namespace order
