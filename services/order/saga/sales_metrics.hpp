#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/order/domain/order.hpp"

namespace order {

/// Metrics of what the shop sells; each order and refund is counted by the replica that wrote it:
/// orders_settled_total{state}, orders_revenue_total{currency} and orders_refunded_total{currency} in units
/// of the currency (dollars, not cents). Thread-safe.
class SalesMetrics {
 public:
  explicit SalesMetrics(kit::Metrics& metrics) : metrics_(metrics) {}
  void settled(State state);
  void earned(const kit::Money& amount);
  void refunded(const kit::Money& amount);

 private:
  kit::Metrics& metrics_;
};

}  // namespace order
