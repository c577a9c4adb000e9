#include "services/order/saga/sales.hpp"

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

void Sales::settled(State state) {
  metrics_
      .counter("orders_settled_total", "Orders whose placing is over, by how.",
               {{"state", std::string(to_string(state))}})
      .Increment();
}

void Sales::earned(const kit::Money& amount) {
  metrics_
      .counter("orders_revenue_total", "Totals of the orders that were confirmed, in units of the currency.",
               currency_of(amount))
      .Increment(units(amount));
}

void Sales::given_back(const kit::Money& amount) {
  metrics_
      .counter("orders_refunded_total", "What customers were given back, in units of the currency.",
               currency_of(amount))
      .Increment(units(amount));
}

}  // namespace order
