#include "services/order/api/order_routes.hpp"

#include "services/kit/log/log.hpp"
#include "services/order/api/order_json.hpp"
#include "services/order/domain/errors.hpp"

#include <algorithm>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds FOR_THE_USER{1500};  // an order is worth showing without its user
constexpr std::chrono::milliseconds TO_ANSWER{300};

ShownUser user_of(const Order& order, const UserClient& users, const Request& request) {
  auto context = kit::http::Client::Context::of(request);
  context.deadline =
      kit::Deadline(std::min(request.deadline.at() - TO_ANSWER, kit::Deadline::in(FOR_THE_USER).at()));
  try {
    return {users.find(order.customer.id, context), false};
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("order shown without its user", {{"order_id", order.id.value}, {"error", e.what()}});
    return {std::nullopt, true};
  }
}

}  // namespace

void OrderRoutes::add_to(kit::http::Router& router) const {
  router.get("/orders/{id}", handler_of(*this, &OrderRoutes::show));
  router.get("/api/orders/{id}", handler_of(*this, &OrderRoutes::show_with_history));
}

Order OrderRoutes::find(const Request& request) const {
  auto order = orders_.find(kit::OrderId{request.id()}, request.deadline);
  // To other users the order does not exist.
  const bool theirs = !request.principal || (order && request.principal->may_act_for(order->customer.id));
  if (!order || !theirs) throw OrderNotFound();
  return std::move(*order);
}

Response OrderRoutes::show(const Request& request) const {
  const auto order = find(request);
  return order_answer(order, user_of(order, users_, request));
}

Response OrderRoutes::show_with_history(const Request& request) const {
  const auto order = find(request);
  const auto history = orders_.history(order.id, request.deadline);
  return order_answer(order, user_of(order, users_, request), &history);
}

}  // namespace order::api
