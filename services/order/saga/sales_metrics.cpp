#include "services/order/saga/sales_metrics.hpp"

#include <cmath>

namespace order {
namespace {

double units(const kit::Money& money) {
  return static_cast<double>(money.minor()) / std::pow(10.0, money.currency().decimals());
}

kit::Metrics::Labels currency_of(const kit::Money& money) {
  return {{"currency", std::string(money.currency().code())}};
}

}  // namespace

void SalesMetrics::settled(State state) {
  metrics_
      .counter("orders_settled_total", "Orders whose placing is over, by state.",
               {{"state", std::string(to_string(state))}})
      .Increment();
}

void SalesMetrics::earned(const kit::Money& amount) {
  metrics_
      .counter("orders_revenue_total", "Totals of the orders that were confirmed, in units of the currency.",
               currency_of(amount))
      .Increment(units(amount));
}

void SalesMetrics::refunded(const kit::Money& amount) {
  metrics_
      .counter("orders_refunded_total", "Refunds to customers, in units of the currency.",
               currency_of(amount))
      .Increment(units(amount));
}

}  // namespace order
