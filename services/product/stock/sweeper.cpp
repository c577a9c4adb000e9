#include "services/product/stock/sweeper.hpp"

namespace product {
namespace {

constexpr int BATCH = 500;  // at most so many at one go, so that a stop is heard
constexpr std::chrono::seconds LONGEST_PAUSE{60};

}  // namespace

Sweeper::Sweeper(Reservations& reservations, std::chrono::milliseconds pause, kit::Metrics& metrics)
    : reservations_(reservations),
      expired_(metrics.counter("stock_reservations_expired_total",
                               "Reservations let go because their time was up.")),
      periodic_({pause, LONGEST_PAUSE, "reservations cannot be swept"},
                [this](const std::stop_token& stop) { sweep(stop); }) {}

void Sweeper::sweep(const std::stop_token& stop) {
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    if (!reservations_.expire_one(kit::Deadline::in(std::chrono::seconds(5)))) return;
    expired_.Increment();
  }
}

}  // namespace product
