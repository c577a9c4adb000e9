#include "services/order/saga/recovery.hpp"

#include "services/kit/log/log.hpp"

namespace order {
namespace {

constexpr int BATCH = 200;   // at one go, so that a stop is heard
constexpr int PATIENCE = 3;  // orders in a round that find something away; the next may need something else
constexpr std::chrono::seconds LONGEST_PAUSE{10};
constexpr std::chrono::minutes FORGET_EVERY{10};

}  // namespace

Recovery::Recovery(Orders& orders, PaymentStore& payments, Saga& saga, std::chrono::milliseconds pause,
                   kit::Metrics& metrics)
    : orders_(orders),
      payments_(payments),
      saga_(saga),
      recovered_(metrics.counter("orders_recovered_total", "Orders taken up after a crash or an absence.")),
      forget_at_(std::chrono::steady_clock::now() + FORGET_EVERY),
      periodic_({pause, LONGEST_PAUSE, "orders cannot be taken up"},
                [this](const std::stop_token& stop) { round(stop); }) {}

void Recovery::round(const std::stop_token& stop) {
  int away = 0;
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    const auto claim = orders_.claim(kit::Deadline::in(std::chrono::seconds(5)));
    if (!claim) break;
    if (take_up(*claim))
      recovered_.Increment();
    else if (++away >= PATIENCE)
      break;
  }
  if (std::chrono::steady_clock::now() < forget_at_) return;
  const auto deadline = kit::Deadline::in(std::chrono::seconds(10));
  const bool more = orders_.forget_keys(deadline) + payments_.forget_events(deadline) > 0;
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
  if (settled(order.state)) return saga_.settle(order, context);
  if (claim.overdue) {
    saga_.give_up(order, context.deadline);
    return true;
  }
  const auto [after, away] = saga_.drive(order, context);
  kit::log::info("an order was taken up", {{"order_id", order.id.value}, {"state", to_string(after.state)}});
  return !away;
}

}  // namespace order
