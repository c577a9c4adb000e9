#include "services/product/store/sweeper.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/deadline.hpp"

#include <condition_variable>
#include <mutex>

namespace product {
namespace {

constexpr int BATCH = 500;  // at most so many at one go, so that a stop is heard
constexpr std::chrono::seconds LONGEST_PAUSE{60};

}  // namespace

Sweeper::Sweeper(Reservations& reservations, std::chrono::milliseconds pause, kit::Metrics& metrics)
    : reservations_(reservations),
      expired_(metrics.counter("stock_reservations_expired_total",
                               "Reservations let go because their time was up.")),
      thread_([this, pause](const std::stop_token& stop) { run(stop, pause); }) {}

void Sweeper::run(const std::stop_token& stop, std::chrono::milliseconds pause) {
  std::mutex lock;
  std::condition_variable_any stopped;
  kit::Backoff backoff(pause, std::max<std::chrono::milliseconds>(pause, LONGEST_PAUSE));
  while (!stop.stop_requested()) {
    auto wait = pause;
    try {
      sweep(stop);
      backoff.reset();
    } catch (const std::exception& e) {
      wait = backoff.next();
      kit::log::warn("reservations cannot be swept", {{"error", e.what()}});
    }
    std::unique_lock guard(lock);
    stopped.wait_for(guard, stop, wait, [] { return false; });
  }
}

void Sweeper::sweep(const std::stop_token& stop) {
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    if (!reservations_.expire_one(kit::Deadline::in(std::chrono::seconds(5)))) return;
    expired_.Increment();
  }
}

}  // namespace product
