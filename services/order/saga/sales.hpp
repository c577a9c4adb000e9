#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/domain/order.hpp"

namespace order {

/// What the shop sells, as metrics; each order and refund is counted by the replica that wrote it:
/// orders_settled_total{state}, orders_revenue_total{currency} and orders_refunded_total{currency} in units
/// of the currency (dollars, not cents). Thread-safe.
class Sales {
 public:
  explicit Sales(kit::Metrics& metrics) : metrics_(metrics) {}
  void settled(State state);
  void earned(const kit::Money& amount);
  void given_back(const kit::Money& amount);

 private:
  kit::Metrics& metrics_;
};

}  // namespace order
