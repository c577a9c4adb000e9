#include "services/order/fulfilment/fulfilment_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/api/place.hpp"
#include "services/order/api/render.hpp"

#include <algorithm>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds TO_ANSWER{500};
constexpr std::chrono::milliseconds TO_SETTLE{3000};

kit::Problem none() { return kit::problem::not_found("Order not found"); }

const kit::identity::Principal& caller(const Request& request) {
  if (!request.principal) throw kit::problem::unauthorized();
  return *request.principal;
}

/// Where nothing need be said: no body, or an empty object.
void require_no_fields(const Request& request) {
  if (request.body.empty()) return;
  const auto body = request.json();
  kit::json::Reader(body).finish();
}

Order or_none(std::optional<Order> order) {
  if (!order) throw none();
  return std::move(*order);
}

/// What a refund is answered with: by how it stands.
Response refund_answer(const Refund& refund) {
  if (refund.state == "failed")
    throw kit::problem::conflict("Refund failed", "The payment provider refused it.")
        .with("refund_id", refund.id)
        .with("failure", refund.failure);
  return Response::ordered(render(refund), refund.state == "done" ? 201 : 202);
}

}  // namespace

void LifeRoutes::add_routes(kit::http::Router& router) {
  const std::string order = "/api/orders/{id}";
  router.post(order + "/cancel", [this](const Request& request) { return cancel(request); });
  router.post(order + "/ship", [this](const Request& request) { return ship(request); });
  router.post(order + "/deliver", [this](const Request& request) { return deliver(request); });
  router.get(order + "/refunds", [this](const Request& request) { return refunds(request); });
  router.post(order + "/refunds", [this](const Request& request) { return refund(request); });
}

Response LifeRoutes::cancel(const Request& request) try {
  const kit::OrderId id{request.id()};
  require_no_fields(request);
  const auto& who = caller(request);
  const auto before = orders_.find(id, request.deadline);
  if (!before || !who.may_act_for(before->customer.id)) throw none();
  const bool own = before->customer.id == who.user;
  const auto order =
      or_none(life_.cancel(id, own ? "cancelled_by_customer" : "cancelled_by_staff", request.deadline));
  if (before->payment_provider == "none" && order.refunded && before->refunded)
    sales_.given_back(*order.refunded - *before->refunded);
  settle(id, request);
  return changed_answer(order);
} catch (const NotNow& error) {
  throw problem_of(error);
}

Response LifeRoutes::ship(const Request& request) try {
  const kit::OrderId id{request.id()};
  const auto body = request.json();
  kit::json::Reader reader(body);
  const Life::Parcel parcel{reader.string("carrier", {1, 100}), reader.string("tracking_number", {1, 100})};
  reader.finish();
  return changed_answer(or_none(life_.ship(id, parcel, request.deadline)));
} catch (const NotNow& error) {
  throw problem_of(error);
}

Response LifeRoutes::deliver(const Request& request) try {
  const kit::OrderId id{request.id()};
  require_no_fields(request);
  return changed_answer(or_none(life_.deliver(id, request.deadline)));
} catch (const NotNow& error) {
  throw problem_of(error);
}

Response LifeRoutes::refund(const Request& request) try {
  const kit::OrderId id{request.id()};
  const auto body = request.json();
  const auto ask = read_refund(body);
  auto key = key_of(request, std::to_string(id.value) + " " + canonical(ask));
  if (key) key->scope = "refund/" + key->scope;
  auto made = life_.refund(id, ask, caller(request).user, key, request.deadline);
  if (!made) throw none();
  if (!made->repeated && made->refund.state == "done") sales_.given_back(made->refund.amount);
  if (made->refund.state == "pending") {
    settle(id, request);
    if (auto now = life_.find_refund(made->refund.id, request.deadline)) made->refund = std::move(*now);
  }
  return refund_answer(made->refund);
} catch (const NotNow& error) {
  throw problem_of(error);
} catch (const KeyReused&) {
  throw kit::http::key_reused();
}

Response LifeRoutes::refunds(const Request& request) {
  const kit::OrderId id{request.id()};
  const auto order = orders_.find(id, request.deadline);
  if (!order || !caller(request).may_act_for(order->customer.id)) throw none();
  auto body = nlohmann::ordered_json::array();
  for (const auto& refund : life_.refunds(id, request.deadline)) body.push_back(render(refund));
  return Response::ordered(body);
}

void LifeRoutes::settle(kit::OrderId id, const Request& request) noexcept try {
  auto context = kit::http::Client::Context::of(request);
  context.deadline =
      kit::Deadline(std::min(request.deadline.at() - TO_ANSWER, kit::Deadline::in(TO_SETTLE).at()));
  if (const auto order = orders_.claim_now(id, context.deadline)) saga_.settle(*order, context);
} catch (const std::exception& e) {
  kit::log::warn("an order is left to recovery", {{"order_id", id.value}, {"error", e.what()}});
}

}  // namespace order::api
