#include "services/order/domain/refund.hpp"

#include "services/order/domain/errors.hpp"

#include <algorithm>

namespace order {
namespace {

std::int64_t refunded_of(contracts::ProductId product, const std::vector<Refund>& refunds) {
  std::int64_t out = 0;
  for (const auto& refund : refunds)
    for (const auto& line : refund.lines)
      if (line.product == product) out += line.quantity;
  return out;
}

const OrderLine& ordered(const Order& order, contracts::ProductId product, const std::string& field) {
  const auto found = std::find_if(order.lines.begin(), order.lines.end(),
                                  [&](const OrderLine& line) { return line.product == product; });
  if (found == order.lines.end() || !found->unit_price) throw InvalidField(field, "is not in the order");
  return *found;
}

kit::Money price_of(const std::vector<RefundLine>& lines, const Order& order,
                    const std::vector<Refund>& earlier, kit::Currency currency) {
  kit::Money sum(0, currency);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [product, quantity] = lines[i];
    const auto& line = ordered(order, product, "lines[" + std::to_string(i) + "].product_id");
    if (quantity + refunded_of(product, earlier) > line.quantity)
      throw StateConflict("More than was ordered", order);
    sum = sum + *line.unit_price * quantity;
  }
  return sum;
}

}  // namespace

nlohmann::json to_json(const std::vector<RefundLine>& lines) {
  if (lines.empty()) return nullptr;
  auto out = nlohmann::json::array();
  for (const auto& line : lines)
    out.push_back({{"product_id", line.product.value}, {"quantity", line.quantity}});
  return out;
}

std::string canonical(const RefundRequest& request) {
  return nlohmann::json{
      {"amount", request.amount}, {"lines", to_json(request.lines)}, {"reason", request.reason}}
      .dump();
}

kit::Money paid_for(const Order& order, kit::Currency currency) {
  if (order.payment) return order.payment->captured;
  if (order.was_confirmed && order.payment_provider == "none" && order.total) return *order.total;
  return {0, currency};
}

bool refunded_in_full(const Order& order) {
  if (!order.total || !order.refunded) return false;
  const auto paid = paid_for(order, order.total->currency()).minor();
  return paid > 0 && order.refunded->minor() >= paid;
}

State next_state(const Order& order, StateEvent event, const char* title) {
  const auto allowed = transition(order.state, event);
  if (!allowed || (event == StateEvent::Shipped && refunded_in_full(order)))
    throw StateConflict(title, order);
  return allowed->to;
}

kit::Money refund_amount(const RefundRequest& request, const Order& order,
                         const std::vector<Refund>& earlier) {
  if (!order.total || !order.refunded) throw StateConflict("Nothing was paid", order);
  const auto currency = order.total->currency();
  const auto left = paid_for(order, currency) - *order.refunded;
  if (left.minor() <= 0) throw StateConflict("Nothing is left to refund", order);
  auto amount = left;
  if (!request.lines.empty()) {
    amount = price_of(request.lines, order, earlier, currency);
  } else if (!request.amount.is_null()) {
    const auto parsed = kit::Money::parse(request.amount, currency);
    if (!parsed || parsed->minor() <= 0)
      throw InvalidField(
          "amount", "must be above 0, with at most " + std::to_string(currency.decimals()) + " decimals");
    amount = *parsed;
  }
  if (amount.minor() <= 0) throw InvalidField("lines", "cost nothing");
  if (amount.minor() > left.minor()) throw StateConflict("More than is left to refund", order);
  return amount;
}

}  // namespace order
