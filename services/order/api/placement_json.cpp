#include "services/order/api/placement_json.hpp"

#include "services/order/api/request_lines.hpp"

namespace order::api {
namespace {

using kit::http::Response;
using kit::json::Reader;

constexpr std::size_t MAX_NAME = 200;
constexpr std::size_t MAX_METHOD = 100;

PlacementLine read_line(Reader& line, const std::string& path) {
  PlacementLine out;
  if (const auto id = line.optional_integer("product_id", {1})) out.product = contracts::ProductId{*id};
  if (line.has("product")) out.name = line.string("product", {1, MAX_NAME});
  if (line.has("product_id") == line.has("product"))
    line.error("product_id", "or product is required, one of them");
  out.field = path + (line.has("product_id") ? ".product_id" : ".product");
  out.quantity = line.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1);
  return out;
}

std::vector<PlacementLine> read_lines(Reader& reader) {
  std::vector<PlacementLine> out;
  read_request_lines(reader,
                     [&](Reader& line, const std::string& path) { out.push_back(read_line(line, path)); });
  for (const auto* field : {"product", "product_name", "quantity"}) {
    if (!reader.has(field)) continue;
    reader.value(field);
    reader.error(field, "cannot be given together with lines");
  }
  return out;
}

PlacementLine read_product(Reader& reader) {
  PlacementLine out;
  out.field = !reader.has("product") && reader.has("product_name") ? "product_name" : "product";
  out.name = reader.string(out.field, {1, MAX_NAME});
  if (out.field == "product" && reader.has("product_name")) {
    reader.optional_string("product_name");
    reader.error("product_name", "cannot be given together with product");
  }
  out.quantity = reader.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1);
  return out;
}

std::optional<std::string> read_payment(Reader& reader) {
  const auto* payment = reader.value("payment");
  if (!payment) return std::nullopt;
  if (!payment->is_object()) {
    reader.error("payment", "must be an object");
    return std::nullopt;
  }
  Reader nested(*payment, "payment");
  auto method = nested.string("method", {1, MAX_METHOD});
  nested.check_unknown();
  reader.merge(nested);
  return method;
}

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
    if (!reason.missing.empty()) problem.with("missing", contracts::to_json(reason.missing));
    return problem;
  }
  return kit::problem::conflict("Order cancelled", "The order could not be placed and was cancelled.");
}

}  // namespace

Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self) {
  Reader reader(body);
  Placement out;
  if (self && !reader.has("user_id"))
    out.user = *self;
  else
    out.user.value = reader.integer("user_id", {1});
  out.short_form = !reader.has("lines");
  if (out.short_form)
    out.lines.push_back(read_product(reader));
  else
    out.lines = read_lines(reader);
  out.payment_method = read_payment(reader);
  reader.finish();
  return out;
}

std::optional<std::string> read_checkout(const nlohmann::json& body) {
  Reader reader(body);
  auto method = read_payment(reader);
  reader.finish();
  return method;
}

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

}  // namespace order::api
