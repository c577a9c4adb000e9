#include "services/order/fulfilment/fulfilment_json.hpp"

#include "services/order/api/request_lines.hpp"

#include <algorithm>

namespace order::api {
namespace {

using kit::json::Reader;
using Ordered = nlohmann::ordered_json;

constexpr std::size_t MAX_REASON = 500;

RefundLine read_line(Reader& line, const std::vector<RefundLine>& earlier) {
  const RefundLine out{contracts::ProductId{line.integer("product_id", {1})},
                       line.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1)};
  const bool twice = std::any_of(earlier.begin(), earlier.end(),
                                 [&](const RefundLine& other) { return other.product == out.product; });
  if (twice) line.error("product_id", "is there twice");
  return out;
}

}  // namespace

RefundRequest read_refund(const nlohmann::json& body) {
  Reader reader(body);
  RefundRequest out;
  if (const auto* amount = reader.value("amount")) {
    out.amount = *amount;
    if (!amount->is_number()) reader.error("amount", "must be a number");
    if (reader.has("lines")) reader.error("amount", "cannot be given together with lines");
  }
  if (reader.has("lines"))
    read_request_lines(
        reader, [&](Reader& line, const std::string&) { out.lines.push_back(read_line(line, out.lines)); });
  out.reason = reader.string("reason", {1, MAX_REASON});
  reader.finish();
  return out;
}

Ordered render(const Refund& refund) {
  Ordered out{{"id", refund.id},
              {"order_id", refund.order.value},
              {"amount", Ordered(refund.amount.number())},
              {"currency", refund.amount.currency().code()},
              {"status", refund.state},
              {"reason", refund.reason}};
  if (!refund.lines.empty()) out["lines"] = Ordered(to_json(refund.lines));
  if (!refund.failure.empty()) out["failure"] = refund.failure;
  out["created_at"] = refund.created_at;
  return out;
}

kit::http::Response changed_answer(const Order& order) {
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
  return kit::http::Response::ordered(body);
}

}  // namespace order::api
