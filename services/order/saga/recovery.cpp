#include "services/order/saga/recovery.hpp"

#include "services/kit/log/log.hpp"

namespace order {
namespace {

constexpr int BATCH = 200;          // bounded, so that a stop does not wait long
constexpr int MAX_UNAVAILABLE = 3;  // orders in a batch; not one, since the next may need another service
constexpr std::chrono::seconds LONGEST_PAUSE{10};
constexpr std::chrono::minutes CLEAN_UP_EVERY{10};

}  // namespace

Recovery::Recovery(OrderStore& orders, PaymentStore& payments, OrderSaga& saga,
                   std::chrono::milliseconds pause, kit::Metrics& metrics, Clock now)
    : orders_(orders),
      payments_(payments),
      saga_(saga),
      recovered_(metrics.counter("orders_recovered_total",
                                 "Orders claimed after a crash or while a service was unavailable.")),
      now_(std::move(now)),
      clean_up_at_(now_() + CLEAN_UP_EVERY),
      periodic_({pause, LONGEST_PAUSE, "orders cannot be recovered"},
                [this](const std::stop_token& stop) { recover(stop); }) {}

void Recovery::recover(const std::stop_token& stop) {
  int unavailable = 0;
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i) {
    const auto claim = orders_.claim(kit::Deadline::in(std::chrono::seconds(5)));
    if (!claim) break;
    if (drive(*claim))
      recovered_.Increment();
    else if (++unavailable >= MAX_UNAVAILABLE)
      break;
  }
  if (now_() >= clean_up_at_) clean_up();
}

void Recovery::clean_up() {
  const auto deadline = kit::Deadline::in(std::chrono::seconds(10));
  const bool more = orders_.forget_keys(deadline) + payments_.forget_events(deadline) > 0;
  clean_up_at_ = now_() + (more ? std::chrono::seconds(1) : CLEAN_UP_EVERY);
}

bool Recovery::drive(const OrderStore::Claim& claim) {
  const auto& order = claim.order;
  // Done well before the lease ends, so that two replicas seldom drive one order.
  const kit::http::Client::Context context{"recovery-" + kit::random_hex(8),
                                           kit::Trace::follow(order.traceparent),
                                           kit::Deadline::in(orders_.options().lease * 3 / 4)};
  const kit::log::Scope scope(context.request_id, context.trace.trace_id);
  if (settled(order.state)) return saga_.settle(order, context);
  if (claim.overdue) {
    saga_.give_up(order, context.deadline);
    return true;
  }
  const auto [after, unavailable] = saga_.drive(order, context);
  kit::log::info("order recovered", {{"order_id", order.id.value}, {"state", to_string(after.state)}});
  return !unavailable;
}

}  // namespace order
