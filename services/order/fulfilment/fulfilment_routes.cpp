#include "services/order/fulfilment/fulfilment_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/api/order_routes.hpp"
#include "services/order/clients/deadlines.hpp"
#include "services/order/fulfilment/fulfilment_json.hpp"

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds TO_ANSWER{500};
constexpr std::chrono::milliseconds TO_SETTLE{3000};

/// No body, or an empty object.
void require_no_fields(const Request& request) {
  if (request.body.empty()) return;
  const auto body = request.json();
  kit::json::Reader(body).finish();
}

Response refund_answer(const Refund& refund) {
  if (refund.state == "failed")
    throw kit::problem::conflict("Refund failed", "The payment provider refused it.")
        .with("refund_id", refund.id)
        .with("failure", refund.failure);
  return Response::ordered(render(refund), refund.state == "done" ? 201 : 202);
}

}  // namespace

void FulfilmentRoutes::add_to(kit::http::Router& router) const {
  const std::string order = "/api/orders/{id}";
  router.post(order + "/cancel", handler_of(*this, &FulfilmentRoutes::cancel));
  router.post(order + "/ship", handler_of(*this, &FulfilmentRoutes::ship));
  router.post(order + "/deliver", handler_of(*this, &FulfilmentRoutes::deliver));
  router.get(order + "/refunds", handler_of(*this, &FulfilmentRoutes::refunds));
  router.post(order + "/refunds", handler_of(*this, &FulfilmentRoutes::refund));
}

Response FulfilmentRoutes::cancel(const Request& request) const {
  const contracts::OrderId id{request.id()};
  require_no_fields(request);
  const auto user = request.require_principal().user;
  const auto before = find_order(orders_, request);
  const auto* reason = before.customer.id == user ? "cancelled_by_customer" : "cancelled_by_staff";
  const auto order = fulfilment_.cancel(id, reason, request.deadline);
  if (before.payment_provider == "none" && order.refunded && before.refunded)
    sales_.refunded(*order.refunded - *before.refunded);
  settle(id, request);
  return changed_answer(order);
}

Response FulfilmentRoutes::ship(const Request& request) const {
  const contracts::OrderId id{request.id()};
  const auto body = request.json();
  kit::json::Reader reader(body);
  const FulfilmentStore::Parcel parcel{reader.string("carrier", {1, 100}),
                                       reader.string("tracking_number", {1, 100})};
  reader.finish();
  return changed_answer(fulfilment_.ship(id, parcel, request.deadline));
}

Response FulfilmentRoutes::deliver(const Request& request) const {
  const contracts::OrderId id{request.id()};
  require_no_fields(request);
  return changed_answer(fulfilment_.deliver(id, request.deadline));
}

Response FulfilmentRoutes::refund(const Request& request) const {
  const contracts::OrderId id{request.id()};
  const auto refund = read_refund(request.json());
  auto key = kit::http::idempotency_key(request, std::to_string(id.value) + " " + canonical(refund));
  if (key) key->scope = "refund/" + key->scope;
  auto created = fulfilment_.refund(id, refund, request.require_principal().user, key, request.deadline);
  if (!created.repeated && created.refund.state == "done") sales_.refunded(created.refund.amount);
  if (created.refund.state == "pending") {
    settle(id, request);
    created.refund = fulfilment_.find_refund(created.refund.id, request.deadline);
  }
  return refund_answer(created.refund);
}

Response FulfilmentRoutes::refunds(const Request& request) const {
  request.require_principal();
  const auto order = find_order(orders_, request);
  auto body = nlohmann::ordered_json::array();
  for (const auto& refund : fulfilment_.refunds(order.id, request.deadline)) body.push_back(render(refund));
  return Response::ordered(body);
}

void FulfilmentRoutes::settle(contracts::OrderId id, const Request& request) const noexcept try {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, TO_SETTLE, TO_ANSWER);
  if (const auto order = orders_.claim_now(id, context.deadline)) saga_.settle(*order, context);
} catch (const std::exception& e) {
  kit::log::warn("order left to recovery", {{"order_id", id.value}, {"error", e.what()}});
}

}  // namespace order::api
