#include "services/order/errors/problems.hpp"

#include "services/order/domain/cart.hpp"
#include "services/order/domain/errors.hpp"
#include "services/order/domain/refund.hpp"

namespace order {
namespace {

using kit::problem::conflict;

constexpr const char* NOTHING_ORDERED = "Nothing was ordered.";

nlohmann::json retired_json(contracts::ProductId product, const std::string& name) {
  return {{"product_id", product.value}, {"product", name}};
}

/// 422 that names each unknown product; where all are known, 409 with `retired`.
kit::Problem of(const NotOnSale& error) {
  std::vector<kit::FieldError> fields;
  auto retired = nlohmann::json::array();
  bool unknown = false;
  for (const auto& line : error.lines) {
    unknown = unknown || !line.retired;
    fields.push_back({line.field, line.retired ? "is no longer on sale" : "is not a product on sale"});
    if (line.retired) retired.push_back(retired_json(line.retired->id, line.retired->name));
  }
  if (unknown) return kit::problem::invalid(std::move(fields));
  auto problem = conflict("No longer on sale", NOTHING_ORDERED);
  for (auto& field : fields) problem.field(std::move(field.field), std::move(field.reason));
  return std::move(problem).with("retired", std::move(retired));
}

kit::Problem of(const CartNotOrderable& error) {
  if (error.retired.empty())
    return conflict("Insufficient stock", "There is not enough in stock; nothing was ordered.")
        .with("missing", contracts::to_json(error.missing));
  auto retired = nlohmann::json::array();
  for (const auto& product : error.retired) retired.push_back(retired_json(product.product, product.name));
  return conflict("No longer on sale", NOTHING_ORDERED).with("retired", std::move(retired));
}

/// 409 with `state` and, where there is a price, `paid`, `refunded` and `currency`.
kit::Problem of(const StateConflict& error) {
  const auto& order = error.order;
  const std::string refunded = refunded_in_full(order) ? " and refunded in full" : "";
  auto problem =
      conflict(error.title, "The order is " + std::string(to_string(order.state)) + refunded + ".");
  problem.with("state", to_string(order.state));
  if (!order.total || !order.refunded) return problem;
  const auto currency = order.total->currency();
  return std::move(problem)
      .with("paid", paid_for(order, currency).number())
      .with("refunded", order.refunded->number())
      .with("currency", currency.code());
}

}  // namespace

std::optional<kit::Problem> problem_of(const std::exception_ptr& error) try {
  std::rethrow_exception(error);
} catch (const InvalidField& e) {
  return kit::problem::invalid(e.field, e.reason);
} catch (const OrderNotFound&) {
  return kit::problem::not_found("Order not found");
} catch (const StateConflict& e) {
  return of(e);
} catch (const NotOnSale& e) {
  return of(e);
} catch (const CartNotOrderable& e) {
  return of(e);
} catch (const CartEmpty&) {
  return conflict("Cart empty", "There is nothing to order.");
} catch (const CartFull&) {
  return conflict("Cart full",
                  "A cart holds at most " + std::to_string(Cart::MAX_LINES) + " different products.");
} catch (const CartChanged&) {
  return conflict("Cart changed", "The cart was changed meanwhile; nothing was ordered.");
} catch (const ServiceUnavailable& e) {
  return kit::problem::unavailable(e.service);
} catch (const UserErased&) {
  return kit::problem::unauthorized("A valid access token is needed.");
} catch (...) {
  return std::nullopt;
}

}  // namespace order
