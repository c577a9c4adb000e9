#include "services/order/api/render.hpp"

namespace order::api {
namespace {

using kit::http::Response;
using Ordered = nlohmann::ordered_json;

std::string location(const Order& order) { return "/orders/" + std::to_string(order.id.value); }

kit::Problem refusal(const Order& order, const std::string& product_field) {
  const auto reason = order.reason.value_or(Reason{});
  if (reason.code == "unknown_product")
    return kit::problem::invalid(product_field, "is not a product on sale");
  if (reason.code == "payment_declined")
    return kit::Problem(402, "Payment declined", "The payment was declined; nothing was ordered.");
  if (reason.code == "insufficient_stock" || reason.code == "stock_lost") {
    auto problem =
        kit::problem::conflict("Insufficient stock", "There is not enough in stock; nothing was ordered.");
    if (reason.missing.is_array()) problem.with("missing", reason.missing);
    return problem;
  }
  return kit::problem::conflict("Order cancelled", "The order could not be placed and was cancelled.");
}

Ordered render(const Line& line) {
  Ordered out;
  if (line.product) out["product_id"] = line.product->value;
  out["product"] = line.name;
  out["quantity"] = line.quantity;
  if (line.unit_price) out["unit_price"] = Ordered(line.unit_price->number());
  return out;
}

}  // namespace

Response placement_answer(const Order& order, const std::string& product_field) {
  const bool refused = !order.was_confirmed && settled(order.state);
  if (refused)
    throw refusal(order, product_field).with("order_id", order.id.value).header("Location", location(order));
  const char* status = order.was_confirmed ? "confirmed" : "pending";
  auto response =
      Response::ordered({{"order_id", order.id.value}, {"status", status}}, order.was_confirmed ? 201 : 202);
  response.headers.set("Location", location(order));
  return response;
}

Response order_answer(const Order& order, const Person& person, const std::vector<history::Entry>* happened) {
  Ordered body{{"user_id", order.customer.id.value},
               {"product", order.lines.empty() ? "" : order.lines.front().name}};
  body["user"] = nullptr;
  if (person.customer) body["user"] = {{"name", person.customer->name}, {"email", person.customer->email}};
  if (person.unavailable) body["user_unavailable"] = true;
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
  if (happened) {
    body["history"] = Ordered::array();
    for (const auto& entry : *happened) body["history"].push_back(history::told(entry));
  }
  return Response::ordered(body);
}

Ordered render(const Refund& refund) {
  Ordered out{{"id", refund.id},
              {"order_id", refund.order.value},
              {"amount", Ordered(refund.amount.number())},
              {"currency", refund.amount.currency().code()},
              {"status", refund.state},
              {"reason", refund.reason}};
  if (refund.lines.is_array()) out["lines"] = Ordered(refund.lines);
  if (!refund.failure.empty()) out["failure"] = refund.failure;
  out["created_at"] = refund.created_at;
  return out;
}

Response changed_answer(const Order& order) {
  Ordered body{{"order_id", order.id.value}, {"status", to_string(order.state)}};
  if (order.reason) body["reason"] = order.reason->code;
  if (!order.carrier.empty()) {
    body["carrier"] = order.carrier;
    body["tracking_number"] = order.tracking_number;
  }
  if (order.refunded) {
    body["refunded"] = Ordered(order.refunded->number());
    body["currency"] = order.refunded->currency().code();
  }
  return Response::ordered(body);
}

kit::Problem problem_of(const NotNow& error) {
  const auto& order = error.order();
  const std::string refunded = refunded_in_full(order) ? " and refunded in full" : "";
  auto problem = kit::problem::conflict(
      error.title(), "The order is " + std::string(to_string(order.state)) + refunded + ".");
  problem.with("state", to_string(order.state));
  if (!order.total || !order.refunded) return problem;
  const auto currency = order.total->currency();
  return std::move(problem)
      .with("paid", paid_for(order, currency).number())
      .with("refunded", order.refunded->number())
      .with("currency", currency.code());
}

Response health_answer(const nlohmann::json& report) {
  Ordered body{
      {"status", report.at("status")}, {"service", "order"}, {"checks", Ordered(report.at("checks"))}};
  return Response::ordered(body, report.at("status") == "unavailable" ? 503 : 200);
}

}  // namespace order::api
