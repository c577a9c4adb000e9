#include "services/order/api/orders.hpp"

#include "services/kit/log/log.hpp"
#include "services/order/api/render.hpp"

#include <algorithm>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds FOR_THE_USER{1500};  // an order is worth showing without its user
constexpr std::chrono::milliseconds TO_ANSWER{300};

Person person_of(const Order& order, Users& users, const Request& request) {
  auto context = kit::http::Client::Context::of(request);
  context.deadline =
      kit::Deadline(std::min(request.deadline.at() - TO_ANSWER, kit::Deadline::in(FOR_THE_USER).at()));
  try {
    return {users.find(order.customer.id, context), false};
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("an order is shown without its user", {{"order_id", order.id.value}, {"error", e.what()}});
    return {std::nullopt, true};
  }
}

Order find(Orders& orders, const Request& request) {
  auto order = orders.find(kit::OrderId{request.id()}, request.deadline);
  // Whose order it is, is not told to others either.
  const bool theirs = !request.principal || (order && request.principal->may_act_for(order->customer.id));
  if (!order || !theirs) throw kit::problem::not_found("Order not found");
  return std::move(*order);
}

Response in_short(Orders& orders, Users& users, const Request& request) {
  const auto order = find(orders, request);
  return order_answer(order, person_of(order, users, request));
}

Response in_full(Orders& orders, Users& users, const Request& request) {
  const auto order = find(orders, request);
  const auto happened = orders.happened(order.id, request.deadline);
  return order_answer(order, person_of(order, users, request), &happened);
}

}  // namespace

void add_order_routes(kit::http::Router& router, Orders& orders, Users& users) {
  router.get("/orders/{id}", [&](const Request& request) { return in_short(orders, users, request); });
  router.get("/api/orders/{id}", [&](const Request& request) { return in_full(orders, users, request); });
}

}  // namespace order::api
