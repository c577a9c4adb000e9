#include "services/product/stock/reservation_expiry.hpp"

namespace product {
namespace {

constexpr int BATCH = 500;
constexpr std::chrono::seconds MAX_BACKOFF{60};

}  // namespace

ReservationExpiry::ReservationExpiry(const ReservationStore& reservations, std::chrono::milliseconds period,
                                     kit::Metrics& metrics)
    : reservations_(reservations),
      expired_(
          metrics.counter("stock_reservations_expired_total", "Reservations released because they expired.")),
      periodic_({period, MAX_BACKOFF, "expiry of reservations failed"},
                [this](const std::stop_token& stop) { expire(stop); }) {}

void ReservationExpiry::expire(const std::stop_token& stop) {
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    if (!reservations_.expire_one(kit::Deadline::in(std::chrono::seconds(5)))) return;
    expired_.Increment();
  }
}

}  // namespace product
