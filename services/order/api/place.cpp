#include "services/order/api/place.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/order/api/render.hpp"
#include "services/order/privacy/erased_store.hpp"

#include <algorithm>
#include <thread>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds TO_ANSWER{500};      // kept back of the deadline, to say 202 in time
constexpr std::chrono::milliseconds LONGEST_WAIT{3000};  // for another request with the same key
constexpr std::chrono::milliseconds CROWDED_WAIT{1000};  // the same when several workers wait already
constexpr int CROWD = 3;

kit::Deadline shortened(kit::Deadline deadline, std::chrono::milliseconds limit) {
  return kit::Deadline(std::min(deadline.at() - TO_ANSWER, kit::Deadline::in(limit).at()));
}

/// One more of those who are counted, as long as it lives.
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

std::optional<IdempotencyKey> key_of(const Request& request, const std::string& meaning) {
  const auto key = kit::http::idempotency_key(request);
  if (!key) return std::nullopt;
  const auto scope =
      request.principal ? "user/" + std::to_string(request.principal->user.value) : "anonymous";
  return IdempotencyKey{scope, *key, meaning};
}

Place::Place(Orders& orders, Users& users, Stock& stock, const payments::Payments& payments, Saga& saga,
             kit::Metrics& metrics)
    : orders_(orders),
      users_(users),
      stock_(stock),
      payments_(payments),
      saga_(saga),
      placed_(metrics.counter("orders_placed_total", "Orders accepted: written, whatever became of them.")),
      duration_(
          metrics.histogram("order_placement_duration_seconds",
                            "From a request for an order to its answer, of orders that were written.")) {}

void Place::add_routes(kit::http::Router& router) {
  for (const std::string pattern : {"/orders", "/api/orders"})
    router.post(pattern, [this](const Request& request) { return handle(request); });
}

Response Place::handle(const Request& request) try {
  const auto body = request.json();
  std::optional<kit::UserId> self;
  if (request.principal) self = request.principal->user;
  const auto placement = read_placement(body, self);
  if (request.principal && !request.principal->may_act_for(placement.user))
    throw kit::problem::forbidden("Orders can be placed for oneself only.").field("user_id", "is not yours");
  return place(placement, key_of(request, canonical(placement)), request);
} catch (const NotOnSale& error) {
  throw problem_of(error);
}

std::optional<Response> Place::answered_before(const std::optional<IdempotencyKey>& key,
                                               const Request& request, const std::string& product_field) try {
  if (!key) return std::nullopt;
  const auto before = orders_.placed_before(*key, request.deadline);
  if (!before) return std::nullopt;
  return placement_answer(settled_before(*before, request.deadline), product_field);
} catch (const KeyReused&) {
  throw kit::http::key_reused();
}

Response Place::place(const Placement& placement, const std::optional<IdempotencyKey>& key,
                      const Request& request, const Orders::Also& also) try {
  const auto start = kit::Deadline::Clock::now();
  if (auto before = answered_before(key, request, placement.product_field())) return std::move(*before);
  const auto placed = orders_.place(check(placement, request), key, request.deadline, also);
  if (const auto* before = std::get_if<kit::OrderId>(&placed))
    return placement_answer(settled_before(*before, request.deadline), placement.product_field());

  placed_.Increment();
  const auto order = drive(std::get<Order>(placed), request);
  duration_.Observe(std::chrono::duration<double>(kit::Deadline::Clock::now() - start).count());
  return placement_answer(order, placement.product_field());
} catch (const PersonErased&) {
  throw kit::problem::invalid("user_id", "is not a user");
} catch (const KeyReused&) {
  throw kit::http::key_reused();
}

Order Place::drive(const Order& order, const Request& request) try {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, orders_.options().lease * 3 / 4);
  return saga_.drive(order, context).order;
} catch (const std::exception& e) {
  // The order is written, so it will be gone on with: that is the answer, not that something failed.
  kit::log::warn("an order is left to recovery", {{"order_id", order.id.value}, {"error", e.what()}});
  return order;
}

NewOrder Place::check(const Placement& placement, const Request& request) {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, std::chrono::seconds(4));
  NewOrder out;
  out.payment_method = payments_.method(placement.payment_method);
  out.payment_provider = out.payment_method == "none" ? "none" : payments_.provider();
  out.traceparent = request.trace.traceparent();
  try {
    auto customer = users_.find(placement.user, context);
    if (!customer) throw kit::problem::invalid("user_id", "is not a user");
    out.customer = std::move(*customer);
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("a user cannot be checked", {{"error", e.what()}});
    throw kit::problem::unavailable("The user service");
  }
  out.lines = look_up(placement.lines, context);
  return out;
}

std::vector<Line> Place::look_up(const std::vector<Wish>& wishes,
                                 const kit::http::Client::Context& context) try {
  return order_lines(wishes, stock_.find(wishes, context));
} catch (const kit::http::Unreachable& e) {
  // The order is taken all the same: it is placed when the product service is back, by what the client said.
  kit::log::warn("products cannot be looked up", {{"error", e.what()}});
  return order_lines_unseen(wishes);
}

Order Place::settled_before(kit::OrderId id, kit::Deadline deadline) {
  const Counted waiting(waiting_);
  const auto until = shortened(deadline, waiting.before() < CROWD ? LONGEST_WAIT : CROWDED_WAIT);
  kit::Backoff pause(std::chrono::milliseconds(5), std::chrono::milliseconds(100));
  for (;;) {
    auto order = orders_.find(id, deadline);
    if (!order) throw std::logic_error("an order is gone");
    const bool nobody_at_it = order->attempts > 0 || order->left_over;
    if (order->was_confirmed || settled(order->state) || nobody_at_it || until.passed())
      return std::move(*order);
    std::this_thread::sleep_for(pause.next());
  }
}

}  // namespace order::api
