#include "services/order/api/cart_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/etag.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/api/cart_json.hpp"
#include "services/order/api/order_routes.hpp"
#include "services/order/api/placement_json.hpp"
#include "services/order/clients/deadlines.hpp"
#include "services/order/domain/errors.hpp"
#include "services/order/errors/problems.hpp"

#include <algorithm>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::chrono::milliseconds FOR_PRODUCTS{1500};  // a cart is worth showing as it was last seen
constexpr std::chrono::milliseconds TO_ANSWER{300};

constexpr const char* LINES_FIELD = "lines";  // what a refusal of a product names

std::string tag(const Cart& cart) { return '"' + std::to_string(cart.version) + '"'; }

kit::UserId owner(const Request& request) { return request.require_principal().user; }

bool is_conflict(const std::exception_ptr& error) try {
  const auto problem = problem_of(error);
  if (!problem) std::rethrow_exception(error);
  return problem->status() == 409;
} catch (const kit::Problem& problem) {
  return problem.status() == 409;
} catch (...) {
  return false;
}

}  // namespace

void CartRoutes::add_to(kit::http::Router& router) const {
  router.get("/api/cart", handler_of(*this, &CartRoutes::show));
  router.del("/api/cart", handler_of(*this, &CartRoutes::clear));
  router.put("/api/cart/lines/{product_id}", handler_of(*this, &CartRoutes::put));
  router.del("/api/cart/lines/{product_id}", handler_of(*this, &CartRoutes::remove));
  router.post("/api/cart/checkout", handler_of(*this, &CartRoutes::checkout));
  router.post("/api/orders/{id}/reorder", handler_of(*this, &CartRoutes::reorder));
}

std::optional<Offers> CartRoutes::offers(const std::vector<contracts::ProductId>& products,
                                         const Request& request) const {
  auto context = kit::http::Client::Context::of(request);
  context.deadline = shortened(request.deadline, FOR_PRODUCTS, TO_ANSWER);
  try {
    return products_.find(products, context);
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("cart shown as last seen", {{"error", e.what()}});
    return std::nullopt;
  }
}

Cart CartRoutes::edit(const Request& request, const std::function<void(Cart&)>& change) const {
  // With If-Match a retry would not match any more after the first try succeeded.
  const bool idempotent = !request.headers.get("If-Match");
  return carts_.edit(
      owner(request),
      [&](Cart& cart) {
        kit::http::require_match(request, tag(cart));
        change(cart);
      },
      idempotent, request.deadline);
}

Response CartRoutes::answer(const Cart& cart, const std::optional<Offers>& offers,
                            nlohmann::ordered_json more) const {
  auto body = render(cart, offers ? &*offers : nullptr, currency_);
  if (more.is_object()) body.update(more);
  auto response = Response::ordered(body);
  response.headers.set("ETag", tag(cart));
  response.headers.set("Cache-Control", "no-store");  // the tag does not cover names and prices
  return response;
}

Response CartRoutes::show(const Request& request) const {
  const auto cart = carts_.find(owner(request), request.deadline);
  const auto now = offers(cart.products(), request);
  if (now) carts_.seen(owner(request), refreshed(cart, *now), request.deadline);
  return answer(cart, now);
}

Response CartRoutes::put(const Request& request) const {
  const contracts::ProductId product{request.id("product_id")};
  const auto quantity = read_quantity(request.json());
  auto products = carts_.find(owner(request), request.deadline).products();
  if (std::find(products.begin(), products.end(), product) == products.end()) products.push_back(product);
  const auto now = offers(products, request);
  const auto* offer = now ? now->find(product) : nullptr;
  if (now && !offer) throw kit::problem::not_found("Product not found");
  if (offer && offer->retired) throw kit::problem::conflict("Product retired", "It cannot be had any more.");
  const auto cart = edit(request, [&](Cart& cart) {
    if (offer)
      cart.put(*offer, quantity);
    else if (!cart.set_quantity(product, quantity))
      throw ServiceUnavailable("The product service");
  });
  return answer(cart, now);
}

Response CartRoutes::remove(const Request& request) const {
  const contracts::ProductId product{request.id("product_id")};
  const auto cart = edit(request, [&](Cart& cart) {
    if (!cart.remove(product)) throw kit::problem::not_found("Line not found");
  });
  return answer(cart, offers(cart.products(), request));
}

Response CartRoutes::clear(const Request& request) const {
  edit(request, [](Cart& cart) { cart.lines.clear(); });
  return Response::no_content();
}

Response CartRoutes::checkout(const Request& request) const {
  const auto payment_method = read_checkout(request.json());
  const auto key =
      kit::http::idempotency_key(request, nlohmann::json{{"checkout", payment_method.value_or("")}}.dump());
  if (const auto before = placement_.placed_before(key, request.deadline))
    return placement_answer(*before, LINES_FIELD);
  try {
    return placement_answer(order_cart(request, payment_method, key), LINES_FIELD);
  } catch (...) {
    // Another request with the key may have emptied the cart meanwhile.
    if (is_conflict(std::current_exception()))
      if (const auto before = placement_.placed_before(key, request.deadline))
        return placement_answer(*before, LINES_FIELD);
    throw;
  }
}

Order CartRoutes::order_cart(const Request& request, const std::optional<std::string>& payment_method,
                             const std::optional<IdempotencyKey>& key) const {
  const auto user = owner(request);
  const auto cart = carts_.find(user, request.deadline);
  kit::http::require_match(request, tag(cart));
  const auto now = offers(cart.products(), request);
  if (!now) throw ServiceUnavailable("The product service");
  require_orderable(cart, *now);
  Placement placement{user, {}, payment_method};
  for (const auto& line : cart.lines)
    placement.lines.push_back({line.product, {}, line.quantity, LINES_FIELD});
  return placement_.place(placement, key, kit::http::Client::Context::of(request),
                          [&](kit::db::Transaction& tx, contracts::OrderId order) {
                            CartStore::take(tx, user, cart.lines, order);
                          });
}

Response CartRoutes::reorder(const Request& request) const {
  const auto order = find_order(orders_, request);
  auto products = carts_.find(owner(request), request.deadline).products();
  for (const auto& line : order.lines)
    if (line.product) products.push_back(*line.product);
  const auto now = offers(products, request);
  if (!now) throw ServiceUnavailable("The product service");
  const auto again = order::reorder(order.lines, *now);
  const auto cart = edit(request, [&](Cart& cart) { order::put(cart, again); });
  return answer(cart, now, {{"unavailable", render(again.unavailable)}});
}

}  // namespace order::api
