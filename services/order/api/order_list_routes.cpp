#include "services/order/api/order_list_routes.hpp"

#include "services/kit/http/message/page.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <stdexcept>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

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

std::vector<std::pair<std::string, std::string>> texts(const OrderListStore::Filter& filter,
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

}  // namespace

OrderListStore::Filter read_filter(const Request& request) {
  const auto& principal = request.require_principal();
  OrderListStore::Filter out{std::nullopt, read_state(request), read_time(request, "from"),
                             read_time(request, "to")};
  if (const auto text = request.query_value("user_id"))
    out.user = kit::UserId{kit::json::parse_id(*text, "?user_id")};
  else if (!principal.staff())
    out.user = principal.user;
  if (out.user && !principal.may_act_for(*out.user))
    throw kit::problem::forbidden("Others' orders are for staff.").field("?user_id", "is not yours");
  return out;
}

void OrderListRoutes::add_to(kit::http::Router& router) const {
  router.get("/api/orders", handler_of(*this, &OrderListRoutes::list));
}

Response OrderListRoutes::list(const Request& request) const {
  const auto query = kit::http::PageQuery::of(request);
  const auto filter = read_filter(request);
  std::optional<kit::OrderId> after;
  if (query.after) after = kit::OrderId{*query.after};
  const auto page = lists_.page(filter, after, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& order : page.items) body.push_back(render(order));
  auto response = Response::ordered(body);
  if (page.next) kit::http::link_next(response, request, query, *page.next, texts(filter, request));
  return response;
}

}  // namespace order::api
