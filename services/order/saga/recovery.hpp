#pragma once
#include "services/kit/threads/periodic.hpp"
#include "services/order/saga/saga.hpp"

#include <chrono>

namespace order {

/// Takes up, on a thread of its own, what crashes and absent services left: orders whose time has come. Every
/// replica does, each order only one. Metrics: orders_recovered_total. What it is given must outlive it.
class Recovery {
 public:
  Recovery(Orders& orders, PaymentStore& payments, Saga& saga, std::chrono::milliseconds pause,
           kit::Metrics& metrics);

 private:
  /// What is due, at most a batch; ends early when what orders need is away.
  void round(const std::stop_token& stop);
  /// False when something that the order needs gave no answer.
  bool take_up(const Orders::Claim& claim);

  Orders& orders_;
  PaymentStore& payments_;
  Saga& saga_;
  prometheus::Counter& recovered_;
  std::chrono::steady_clock::time_point forget_at_;
  kit::Periodic periodic_;  // last: it stops before what it uses goes
};

}  // namespace order
