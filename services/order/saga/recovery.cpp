#include "services/order/saga/recovery.hpp"

#include "services/kit/log/log.hpp"

namespace order {
namespace {

constexpr int BATCH = 200;  // at one go, so that a stop is heard
constexpr std::chrono::seconds LONGEST_PAUSE{10};
constexpr std::chrono::minutes FORGET_EVERY{10};

}  // namespace

Recovery::Recovery(Orders& orders, Saga& saga, std::chrono::milliseconds pause, kit::Metrics& metrics)
    : orders_(orders),
      saga_(saga),
      recovered_(metrics.counter("orders_recovered_total", "Orders taken up after a crash or an absence.")),
      forget_at_(std::chrono::steady_clock::now() + FORGET_EVERY),
      periodic_({pause, LONGEST_PAUSE, "orders cannot be taken up"},
                [this](const std::stop_token& stop) { round(stop); }) {}

void Recovery::round(const std::stop_token& stop) {
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    const auto claim = orders_.claim(kit::Deadline::in(std::chrono::seconds(5)));
    if (!claim || !take_up(*claim)) break;
    recovered_.Increment();
  }
  if (std::chrono::steady_clock::now() < forget_at_) return;
  const bool more = orders_.forget_keys(kit::Deadline::in(std::chrono::seconds(5))) > 0;
  forget_at_ = std::chrono::steady_clock::now() + (more ? std::chrono::seconds(1) : FORGET_EVERY);
}

bool Recovery::take_up(const Orders::Claim& claim) {
  const auto& order = claim.order;
  // Done well before the lease ends, so that two seldom work on one order (and the guard on writes never
  // matters).
  const kit::http::Client::Context context{"recovery-" + kit::random_hex(8),
                                           kit::Trace::follow(order.traceparent),
                                           kit::Deadline::in(orders_.options().lease * 3 / 4)};
  const kit::log::Scope scope(context.request_id, context.trace.trace_id);
  if (order.release_owed) return saga_.release(order, context);
  if (claim.overdue) {
    saga_.give_up(order, context.deadline);
    return true;
  }
  const auto after = saga_.drive(order, context);
  kit::log::info("an order was taken up", {{"order_id", order.id.value}, {"state", to_string(after.state)}});
  return settled(after.state);
}

}  // namespace order
