#include "services/order/saga/order_placement.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/order/clients/deadlines.hpp"
#include "services/order/domain/errors.hpp"

#include <thread>

namespace order {
namespace {

constexpr std::chrono::milliseconds TO_ANSWER{500};      // kept back of the deadline, to answer 202 in time
constexpr std::chrono::milliseconds LONGEST_WAIT{3000};  // for another request with the same key
constexpr std::chrono::milliseconds CROWDED_WAIT{1000};  // the same when several workers wait already
constexpr int CROWD = 3;

/// Counts one more in `count` as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count), before_(count++) {}
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  int before() const { return before_; }

 private:
  std::atomic<int>& count_;
  const int before_;
};

}  // namespace

OrderPlacement::OrderPlacement(OrderStore& orders, const UserClient& users, const ProductClient& products,
                               const payments::PaymentProviders& providers, OrderSaga& saga,
                               kit::Metrics& metrics)
    : orders_(orders),
      users_(users),
      products_(products),
      providers_(providers),
      saga_(saga),
      placed_(metrics.counter("orders_placed_total", "Orders accepted: written, whatever became of them.")),
      duration_(
          metrics.histogram("order_placement_duration_seconds",
                            "From a request for an order to its answer, of orders that were written.")) {}

std::optional<Order> OrderPlacement::placed_before(const std::optional<IdempotencyKey>& key,
                                                   kit::Deadline deadline) {
  if (!key) return std::nullopt;
  const auto before = orders_.placed_before(*key, deadline);
  if (!before) return std::nullopt;
  return wait_until_settled(*before, deadline);
}

Order OrderPlacement::place(const Placement& placement, const std::optional<IdempotencyKey>& key,
                            const Context& context, const OrderStore::AlsoWrite& also) try {
  const auto start = kit::Deadline::Clock::now();
  if (auto before = placed_before(key, context.deadline)) return std::move(*before);
  const auto placed = orders_.place(validate(placement, context), key, context.deadline, also);
  if (const auto* before = std::get_if<contracts::OrderId>(&placed))
    return wait_until_settled(*before, context.deadline);
  placed_.Increment();
  auto order = drive(std::get<Order>(placed), context);
  duration_.Observe(std::chrono::duration<double>(kit::Deadline::Clock::now() - start).count());
  return order;
} catch (const UserErased&) {
  throw InvalidField("user_id", "is not a user");
}

Order OrderPlacement::drive(const Order& order, Context context) try {
  context.deadline = shortened(context.deadline, orders_.options().lease * 3 / 4, TO_ANSWER);
  return saga_.drive(order, context).order;
} catch (const std::exception& e) {
  // The order is written, so recovery will place it: the answer is 202, not an error.
  kit::log::warn("order left to recovery", {{"order_id", order.id.value}, {"error", e.what()}});
  return order;
}

Order OrderPlacement::validate(const Placement& placement, Context context) const {
  context.deadline = shortened(context.deadline, std::chrono::seconds(4), TO_ANSWER);
  Order out;
  out.payment_method = providers_.method(placement.payment_method);
  out.payment_provider = out.payment_method == "none" ? "none" : providers_.provider();
  out.traceparent = context.trace.traceparent();
  try {
    auto customer = users_.find(placement.user, context);
    if (!customer) throw InvalidField("user_id", "is not a user");
    out.customer = std::move(*customer);
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("user cannot be looked up", {{"error", e.what()}});
    throw ServiceUnavailable("The user service");
  }
  out.lines = resolve(placement.lines, context);
  return out;
}

std::vector<OrderLine> OrderPlacement::resolve(const std::vector<PlacementLine>& lines,
                                               const Context& context) const try {
  return order_lines(lines, products_.find(lines, context));
} catch (const kit::http::Unreachable& e) {
  // The order is accepted all the same: the saga resolves its products when the product service is back.
  kit::log::warn("products cannot be looked up", {{"error", e.what()}});
  return order_lines_unverified(lines);
}

Order OrderPlacement::wait_until_settled(contracts::OrderId id, kit::Deadline deadline) {
  const Counted waiting(waiting_);
  const auto until = shortened(deadline, waiting.before() < CROWD ? LONGEST_WAIT : CROWDED_WAIT, TO_ANSWER);
  kit::Backoff pause(std::chrono::milliseconds(5), std::chrono::milliseconds(100));
  for (;;) {
    auto order = orders_.find(id, deadline);
    if (!order) throw std::logic_error("an order disappeared");
    // Once it was claimed again or may be, recovery drives it: that can take long.
    const bool recovering = order->fencing_token > 0 || order->claimable;
    if (order->was_confirmed || settled(order->state) || recovering || until.passed())
      return std::move(*order);
    std::this_thread::sleep_for(pause.next());
  }
}

}  // namespace order
