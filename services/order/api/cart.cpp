#include "services/order/api/cart.hpp"

#include "services/kit/access/gatekeeper.hpp"
#include "services/kit/http/message/etag.hpp"
#include "services/kit/log/log.hpp"
#include "services/order/domain/reorder.hpp"

#include <algorithm>

namespace order::api {
namespace {

constexpr std::chrono::milliseconds FOR_PRODUCTS{1500};  // a cart is worth showing as it was last seen
constexpr std::chrono::milliseconds TO_ANSWER{300};

constexpr const char* ORDERED_FIELD = "lines";  // what a refusal of a product names

std::string tag(const Cart& cart) { return '"' + std::to_string(cart.version) + '"'; }

kit::UserId owner(const kit::http::Request& request) { return request.principal.value().user; }

}  // namespace

void CartPages::add_routes(kit::http::Router& router) {
  router.get("/api/cart", [this](const Request& request) { return show(request); });
  router.del("/api/cart", [this](const Request& request) { return clear(request); });
  router.put("/api/cart/lines/{product_id}", [this](const Request& request) { return put(request); });
  router.del("/api/cart/lines/{product_id}", [this](const Request& request) { return remove(request); });
  router.post("/api/cart/checkout", [this](const Request& request) { return checkout(request); });
  router.post("/api/orders/{id}/reorder", [this](const Request& request) { return reorder(request); });
}

std::optional<Offers> CartPages::offers(const std::vector<kit::ProductId>& products, const Request& request) {
  if (products.empty()) return Offers{};
  auto context = kit::http::Client::Context::of(request);
  context.deadline =
      kit::Deadline(std::min(request.deadline.at() - TO_ANSWER, kit::Deadline::in(FOR_PRODUCTS).at()));
  try {
    return catalog_.find(products, context);
  } catch (const kit::http::Unreachable& e) {
    kit::log::warn("a cart is shown as last seen", {{"error", e.what()}});
    return std::nullopt;
  }
}

Cart CartPages::edit(const Request& request, const std::function<void(Cart&)>& change) try {
  // With If-Match a repetition would not match any more, although it was the first that made it so.
  const bool idempotent = !request.headers.get("If-Match");
  return carts_.edit(
      owner(request),
      [&](Cart& cart) {
        kit::http::require_match(request, tag(cart));
        change(cart);
      },
      idempotent, request.deadline);
} catch (const PersonErased&) {
  throw kit::problem::unauthorized("A valid access token is needed.");
}

CartPages::Response CartPages::answer(const Cart& cart, const Offers* offers,
                                      nlohmann::ordered_json more) const {
  auto body = render(cart, offers, currency_);
  if (more.is_object()) body.update(more);
  auto response = Response::ordered(body);
  response.headers.set("ETag", tag(cart));
  response.headers.set("Cache-Control", "no-store");  // the tag says nothing of names and prices
  return response;
}

CartPages::Response CartPages::show(const Request& request) {
  const auto cart = carts_.find(owner(request), request.deadline);
  const auto now = offers(cart.products(), request);
  if (now) carts_.seen(owner(request), refreshed(cart, *now), request.deadline);
  return answer(cart, now ? &*now : nullptr);
}

CartPages::Response CartPages::put(const Request& request) {
  const kit::ProductId product{request.id("product_id")};
  const auto quantity = read_quantity(request.json());
  auto asked = carts_.find(owner(request), request.deadline).products();
  if (std::find(asked.begin(), asked.end(), product) == asked.end()) asked.push_back(product);
  const auto now = offers(asked, request);
  const auto* offer = now ? now->find(product) : nullptr;
  if (now && !offer) throw kit::problem::not_found("Product not found");
  if (offer && offer->retired) throw kit::problem::conflict("Product retired", "It cannot be had any more.");
  const auto cart = edit(request, [&](Cart& cart) {
    if (offer)
      cart.put(*offer, quantity);
    else if (!cart.set_quantity(product, quantity))
      throw kit::problem::unavailable("The product service");
  });
  return answer(cart, now ? &*now : nullptr);
}

CartPages::Response CartPages::remove(const Request& request) {
  const kit::ProductId product{request.id("product_id")};
  const auto cart = edit(request, [&](Cart& cart) {
    if (!cart.remove(product)) throw kit::problem::not_found("Line not found");
  });
  const auto now = offers(cart.products(), request);
  return answer(cart, now ? &*now : nullptr);
}

CartPages::Response CartPages::clear(const Request& request) {
  edit(request, [](Cart& cart) { cart.lines.clear(); });
  return Response::no_content();
}

CartPages::Response CartPages::checkout(const Request& request) {
  const auto payment = read_checkout(request.json());
  const auto key = key_of(request, nlohmann::json{{"checkout", payment.value_or("")}}.dump());
  if (auto before = place_.answered_before(key, request, ORDERED_FIELD)) return std::move(*before);
  try {
    return order_cart(request, payment, key);
  } catch (const kit::Problem& problem) {
    // Another request with the key may have emptied the cart since.
    if (problem.status() == 409)
      if (auto before = place_.answered_before(key, request, ORDERED_FIELD)) return std::move(*before);
    throw;
  }
}

CartPages::Response CartPages::order_cart(const Request& request, const std::optional<std::string>& payment,
                                          const std::optional<IdempotencyKey>& key) try {
  const auto user = owner(request);
  const auto cart = carts_.find(user, request.deadline);
  kit::http::require_match(request, tag(cart));
  const auto now = offers(cart.products(), request);
  if (!now) throw kit::problem::unavailable("The product service");
  require_orderable(cart, *now);
  Placement placement;
  placement.user = user;
  placement.payment_method = payment;
  for (const auto& line : cart.lines)
    placement.lines.push_back({line.product, {}, line.quantity, ORDERED_FIELD});
  return place_.place(placement, key, request, [&](kit::db::Transaction& tx, kit::OrderId order) {
    Carts::take(tx, user, cart.lines, order);
  });
} catch (const CartChanged&) {
  throw kit::problem::conflict("Cart changed", "The cart was changed meanwhile; nothing was ordered.");
} catch (const NotOnSale& error) {
  throw problem_of(error);
}

CartPages::Response CartPages::reorder(const Request& request) {
  const auto order = orders_.find(kit::OrderId{request.id()}, request.deadline);
  if (!order || !request.principal->may_act_for(order->customer.id))
    throw kit::problem::not_found("Order not found");
  auto asked = carts_.find(owner(request), request.deadline).products();
  for (const auto& line : order->lines)
    if (line.product) asked.push_back(*line.product);
  const auto now = offers(asked, request);
  if (!now) throw kit::problem::unavailable("The product service");
  const auto again = order::reorder(order->lines, *now);
  const auto cart = edit(request, [&](Cart& cart) { order::put(cart, again); });
  return answer(cart, &*now, {{"unavailable", again.unavailable}});
}

}  // namespace order::api
