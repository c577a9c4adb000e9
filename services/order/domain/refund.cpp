#include "services/order/domain/refund.hpp"

#include "services/kit/error/problem.hpp"
#include "services/kit/json/reader.hpp"
#include "services/order/domain/placement.hpp"

#include <algorithm>

namespace order {
namespace {

using kit::json::Reader;

constexpr std::size_t MAX_REASON = 500;

std::int64_t quantity_in(const nlohmann::json& lines, kit::ProductId product) {
  std::int64_t out = 0;
  if (!lines.is_array()) return out;
  for (const auto& line : lines)
    if (line.at("product_id").get<std::int64_t>() == product.value)
      out += line.at("quantity").get<std::int64_t>();
  return out;
}

const Line& ordered(const Order& order, kit::ProductId product, const std::string& field) {
  const auto found = std::find_if(order.lines.begin(), order.lines.end(),
                                  [&](const Line& line) { return line.product == product; });
  if (found == order.lines.end() || !found->unit_price)
    throw kit::problem::invalid(field, "is not in the order");
  return *found;
}

kit::Money of_lines(const RefundAsk& ask, const Order& order, const std::vector<Refund>& earlier,
                    kit::Money sum) {
  for (std::size_t i = 0; i < ask.lines.size(); ++i) {
    const auto& wanted = ask.lines[i];
    const auto path = "lines[" + std::to_string(i) + "]";
    const auto& line = ordered(order, wanted.product, path + ".product_id");
    auto given = wanted.quantity;
    for (const auto& refund : earlier) given += quantity_in(refund.lines, wanted.product);
    if (given > line.quantity) throw NotNow("More than was ordered", order);
    sum = sum + *line.unit_price * wanted.quantity;
  }
  return sum;
}

}  // namespace

RefundAsk read_refund(const nlohmann::json& body) {
  Reader reader(body);
  RefundAsk out;
  if (const auto* amount = reader.value("amount")) {
    out.amount = *amount;
    if (!amount->is_number()) reader.error("amount", "must be a number");
    if (reader.has("lines")) reader.error("amount", "cannot be given together with lines");
  }
  if (reader.has("lines")) {
    if (const auto* lines = reader.array("lines", 1, MAX_LINES)) {
      for (std::size_t i = 0; i < lines->size(); ++i) {
        const auto path = "lines[" + std::to_string(i) + "]";
        if (!(*lines)[i].is_object()) {
          reader.error(path, "must be an object");
          continue;
        }
        Reader line((*lines)[i], path);
        const kit::ProductId product{line.integer("product_id", {1})};
        out.lines.push_back({product, line.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1)});
        const bool twice = std::count_if(out.lines.begin(), out.lines.end(),
                                         [&](const RefundAsk::Line& l) { return l.product == product; }) > 1;
        if (twice) line.error("product_id", "is there twice");
        line.check_unknown();
        reader.merge(line);
      }
    }
  }
  out.reason = reader.string("reason", {1, MAX_REASON});
  reader.finish();
  return out;
}

nlohmann::json lines_of(const RefundAsk& ask) {
  if (ask.lines.empty()) return nullptr;
  auto out = nlohmann::json::array();
  for (const auto& line : ask.lines)
    out.push_back({{"product_id", line.product.value}, {"quantity", line.quantity}});
  return out;
}

std::string canonical(const RefundAsk& ask) {
  return nlohmann::json{{"amount", ask.amount}, {"lines", lines_of(ask)}, {"reason", ask.reason}}.dump();
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

State shipped(const Order& order) {
  const auto to = transition(order.state, Outcome::Shipped);
  if (!to || refunded_in_full(order)) throw NotNow("It cannot be shipped", order);
  return to->to;
}

kit::Money refund_amount(const RefundAsk& ask, const Order& order, const std::vector<Refund>& earlier) {
  if (!order.total || !order.refunded) throw NotNow("Nothing was paid", order);
  const auto currency = order.total->currency();
  const auto left = paid_for(order, currency) - *order.refunded;
  if (left.minor() <= 0) throw NotNow("Nothing is left to refund", order);
  auto amount = left;
  if (!ask.lines.empty()) {
    amount = of_lines(ask, order, earlier, kit::Money(0, currency));
  } else if (!ask.amount.is_null()) {
    const auto parsed = kit::Money::parse(ask.amount, currency);
    if (!parsed || parsed->minor() <= 0)
      throw kit::problem::invalid(
          "amount", "must be above 0, with at most " + std::to_string(currency.decimals()) + " decimals");
    amount = *parsed;
  }
  if (amount.minor() <= 0) throw kit::problem::invalid("lines", "cost nothing");
  if (amount.minor() > left.minor()) throw NotNow("More than is left to refund", order);
  return amount;
}

}  // namespace order
