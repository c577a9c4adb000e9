#include "services/order/api/order_json.hpp"

namespace order::api {
namespace {

using kit::http::Response;
using Ordered = nlohmann::ordered_json;

Ordered render(const OrderLine& line) {
  Ordered out;
  if (line.product) out["product_id"] = line.product->value;
  out["product"] = line.name;
  out["quantity"] = line.quantity;
  if (line.unit_price) out["unit_price"] = Ordered(line.unit_price->number());
  return out;
}

}  // namespace

Response order_answer(const Order& order, const ShownUser& user, const std::vector<history::Entry>* history) {
  Ordered body{{"user_id", order.customer.id.value},
               {"product", order.lines.empty() ? "" : order.lines.front().name}};
  body["user"] = nullptr;
  if (user.customer) body["user"] = {{"name", user.customer->name}, {"email", user.customer->email}};
  if (user.unavailable) body["user_unavailable"] = true;
  body["id"] = order.id.value;
  body["status"] = to_string(order.state);
  if (order.reason) body["reason"] = order.reason->code;
  std::int64_t quantity = 0;
  for (const auto& line : order.lines) quantity += line.quantity;
  body["quantity"] = quantity;
  if (order.total) {
    body["total"] = Ordered(order.total->number());
    body["currency"] = order.total->currency().code();
  }
  if (order.refunded && order.refunded->minor() > 0) body["refunded"] = Ordered(order.refunded->number());
  if (order.payment_method != "none") body["payment"] = {{"method", order.payment_method}};
  if (!order.carrier.empty()) {
    body["carrier"] = order.carrier;
    body["tracking_number"] = order.tracking_number;
  }
  body["lines"] = Ordered::array();
  for (const auto& line : order.lines) body["lines"].push_back(render(line));
  body["placed_at"] = order.placed_at;
  if (history) {
    body["history"] = Ordered::array();
    for (const auto& entry : *history) body["history"].push_back(to_json(entry));
  }
  return Response::ordered(body);
}

Response health_answer(const nlohmann::json& report) {
  Ordered body{
      {"status", report.at("status")}, {"service", "order"}, {"checks", Ordered(report.at("checks"))}};
  return Response::ordered(body, report.at("status") == "unavailable" ? 503 : 200);
}

}  // namespace order::api
