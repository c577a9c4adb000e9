#include "services/order/api/place.hpp"

#include "services/kit/http/idempotency_key.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/api/render.hpp"

#include <algorithm>
#include <thread>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds TO_ANSWER{500};  // kept back of the deadline, to say 202 in time
constexpr std::chrono::seconds LONGEST_WAIT{3};      // for another request with the same key

std::optional<IdempotencyKey> key_of(const Request& request, const Placement& placement) {
  const auto key = kit::http::idempotency_key(request);
  if (!key) return std::nullopt;
  const auto scope =
      request.principal ? "user/" + std::to_string(request.principal->user.value) : "anonymous";
  return IdempotencyKey{scope, *key, canonical(placement)};
}

kit::Deadline shortened(kit::Deadline deadline, std::chrono::milliseconds limit) {
  return kit::Deadline(std::min(deadline.at() - TO_ANSWER, kit::Deadline::in(limit).at()));
}

}  // namespace

Place::Place(Orders& orders, Users& users, Stock& stock, Saga& saga, kit::Metrics& metrics)
    : orders_(orders),
      users_(users),
      stock_(stock),
      saga_(saga),
      placed_(metrics.counter("orders_placed_total", "Orders accepted: written, whatever became of them.")) {}

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

  const auto key = key_of(request, placement);
  if (key) {
    if (const auto before = orders_.placed_before(*key, request.deadline))
      return placement_answer(settled_before(*before, request.deadline), placement.product_field);
  }
  const auto placed = orders_.place(check(placement, request), key, request.deadline);
  if (const auto* before = std::get_if<kit::OrderId>(&placed))
    return placement_answer(settled_before(*before, request.deadline), placement.product_field);

  placed_.Increment();
  return placement_answer(drive(std::get<Order>(placed), request), placement.product_field);
} catch (const KeyReused&) {
  throw kit::problem::invalid("Idempotency-Key", "came with another request before");
}

Order Place::drive(const Order& order, const Request& request) try {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, orders_.options().lease * 3 / 4);
  return saga_.drive(order, context);
} catch (const std::exception& e) {
  // The order is written, so it will be gone on with: that is the answer, not that something failed.
  kit::log::warn("an order is left to recovery", {{"order_id", order.id.value}, {"error", e.what()}});
  return order;
}

NewOrder Place::check(const Placement& placement, const Request& request) {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, std::chrono::seconds(4));
  NewOrder out;
  out.traceparent = request.trace.traceparent();
  try {
    auto customer = users_.find(placement.user, context);
    if (!customer) throw kit::problem::invalid("user_id", "is not a user");
    out.customer = std::move(*customer);
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("a user cannot be checked", {{"error", e.what()}});
    throw kit::problem::unavailable("The user service");
  }
  Line line{std::nullopt, placement.product, placement.quantity, std::nullopt};
  try {
    const auto product = stock_.find(placement.product, context);
    if (!product) throw kit::problem::invalid(placement.product_field, "is not a product on sale");
    line.product = product->id;
    line.name = product->name;
  } catch (const kit::http::Unreachable& e) {
    // The order is taken all the same: it is placed when the product service is back, by the name that the
    // client gave.
    kit::log::warn("a product cannot be looked up", {{"error", e.what()}});
  }
  out.lines.push_back(std::move(line));
  return out;
}

Order Place::settled_before(kit::OrderId id, kit::Deadline deadline) {
  const auto until = shortened(deadline, LONGEST_WAIT);
  kit::Backoff pause(std::chrono::milliseconds(5), std::chrono::milliseconds(100));
  for (;;) {
    auto order = orders_.find(id, deadline);
    if (!order) throw std::logic_error("an order is gone");
    if (order->was_confirmed || settled(order->state) || until.passed()) return std::move(*order);
    std::this_thread::sleep_for(pause.next());
  }
}

}  // namespace order::api
