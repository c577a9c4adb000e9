#include "services/order/api/order_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/rfc3339.hpp"
#include "services/order/api/order_json.hpp"
#include "services/order/api/placement_json.hpp"
#include "services/order/clients/deadlines.hpp"
#include "services/order/domain/errors.hpp"

#include <stdexcept>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr std::chrono::milliseconds FOR_THE_USER{1500};  // an order is worth showing without its user
constexpr std::chrono::milliseconds TO_ANSWER{300};

// There are no orders outside; where system_clock counts nanoseconds it ends in 2262.
constexpr std::chrono::sys_time<std::chrono::microseconds> FIRST{};
constexpr std::chrono::sys_time<std::chrono::microseconds> LAST =
    std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);

std::optional<std::string> read_time(const Request& request, const char* name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto time = kit::parse_rfc3339(*text);
  if (!time)
    throw kit::http::bad_query(std::string("?") + name, "must be a time such as 2026-01-31T12:00:00Z");
  return kit::rfc3339(std::clamp(*time, FIRST, LAST));
}

std::optional<State> read_state(const Request& request) {
  const auto text = request.query_value("state");
  if (!text) return std::nullopt;
  try {
    return parse_state(*text);
  } catch (const std::invalid_argument&) {
    throw kit::http::bad_query("?state", "must be a state that orders have");
  }
}

std::vector<std::pair<std::string, std::string>> texts(const OrderStore::Filter& filter,
                                                       const Request& request) {
  std::vector<std::pair<std::string, std::string>> out;
  if (filter.state) out.emplace_back("state", to_string(*filter.state));
  if (filter.from) out.emplace_back("from", *filter.from);
  if (filter.to) out.emplace_back("to", *filter.to);
  if (request.query_value("user_id")) out.emplace_back("user_id", std::to_string(filter.user->value));
  return out;
}

Ordered render(const Summary& order) {
  Ordered out{
      {"id", order.id.value},        {"user_id", order.user.value}, {"status", to_string(order.state)},
      {"product", order.product},    {"line_count", order.lines},   {"quantity", order.quantity},
      {"placed_at", order.placed_at}};
  if (!order.reason.empty()) out["reason"] = order.reason;
  if (order.total) {
    out["total"] = Ordered(order.total->number());
    out["currency"] = order.total->currency().code();
  }
  return out;
}

ShownUser user_of(const Order& order, const UserClient& users, const Request& request) {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, FOR_THE_USER, TO_ANSWER);
  try {
    return {users.find(order.customer.id, context), false};
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("order shown without its user", {{"order_id", order.id.value}, {"error", e.what()}});
    return {std::nullopt, true};
  }
}

}  // namespace

OrderStore::Filter read_filter(const Request& request) {
  const auto& principal = request.require_principal();
  OrderStore::Filter out{std::nullopt, read_state(request), read_time(request, "from"),
                         read_time(request, "to")};
  if (const auto text = request.query_value("user_id"))
    out.user = kit::UserId{kit::json::parse_id(*text, "?user_id")};
  else if (!principal.staff())
    out.user = principal.user;
  if (out.user && !principal.may_act_for(*out.user))
    throw kit::problem::forbidden("Others' orders are for staff.").field("?user_id", "is not yours");
  return out;
}

Order find_order(OrderStore& orders, const Request& request) {
  auto order = orders.find(contracts::OrderId{request.id()}, request.deadline);
  const bool theirs = !request.principal || (order && request.principal->may_act_for(order->customer.id));
  if (!order || !theirs) throw OrderNotFound();
  return std::move(*order);
}

void OrderRoutes::add_to(kit::http::Router& router) const {
  router.get("/orders/{id}", handler_of(*this, &OrderRoutes::show));
  router.get("/api/orders/{id}", handler_of(*this, &OrderRoutes::show_with_history));
  router.get("/api/orders", handler_of(*this, &OrderRoutes::list));
  for (const auto* pattern : {"/orders", "/api/orders"})
    router.post(pattern, handler_of(*this, &OrderRoutes::place));
}

Response OrderRoutes::show(const Request& request) const {
  const auto order = find_order(orders_, request);
  return order_answer(order, user_of(order, users_, request));
}

Response OrderRoutes::show_with_history(const Request& request) const {
  const auto order = find_order(orders_, request);
  const auto history = orders_.history(order.id, request.deadline);
  return order_answer(order, user_of(order, users_, request), &history);
}

Response OrderRoutes::list(const Request& request) const {
  const auto query = kit::http::PageQuery::of(request);
  const auto filter = read_filter(request);
  const auto page = orders_.page(filter, query.after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& order : page.items) body.push_back(render(order));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, *page.next, texts(filter, request));
  return response;
}

Response OrderRoutes::place(const Request& request) const {
  std::optional<kit::UserId> self;
  if (request.principal) self = request.principal->user;
  const auto placement = read_placement(request.json(), self);
  if (request.principal && !request.principal->may_act_for(placement.user))
    throw kit::problem::forbidden("Orders can be placed for oneself only.").field("user_id", "is not yours");
  const auto order = placement_.place(placement, kit::http::idempotency_key(request, canonical(placement)),
                                      kit::http::Client::Context::of(request));
  return placement_answer(order, placement.product_field());
}

}  // namespace order::api
