#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/saga/order_placement.hpp"
#include "services/order/store/cart_store.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace order::api {

/// /api/cart and POST /api/orders/{id}/reorder. Thread-safe; the constructor's arguments must outlive it.
class CartRoutes final {
 public:
  CartRoutes(CartStore& carts, OrderStore& orders, OrderPlacement& placement, const ProductClient& products,
             kit::Currency currency)
      : carts_(carts), orders_(orders), placement_(placement), products_(products), currency_(currency) {}
  void add_to(kit::http::Router& router) const;

 private:
  using Request = kit::http::Request;
  using Response = kit::http::Response;

  Response show(const Request& request) const;
  Response put(const Request& request) const;
  Response remove(const Request& request) const;
  Response clear(const Request& request) const;
  /// Orders all lines of the cart and empties it.
  Response checkout(const Request& request) const;
  /// Puts the lines of an order into the cart, at least as many of each as were ordered, so that repeating it
  /// changes nothing. Unavailable products are named in the answer and left out.
  Response reorder(const Request& request) const;

  Order order_cart(const Request& request, const std::optional<std::string>& payment_method,
                   const std::optional<IdempotencyKey>& key) const;
  /// Returns nullopt while the product service is unreachable.
  std::optional<Offers> offers(const std::vector<contracts::ProductId>& products,
                               const Request& request) const;
  /// `change` runs only when the cart has the version that the client requires by If-Match.
  Cart edit(const Request& request, const std::function<void(Cart&)>& change) const;
  Response answer(const Cart& cart, const std::optional<Offers>& offers,
                  nlohmann::ordered_json more = {}) const;

  CartStore& carts_;
  OrderStore& orders_;
  OrderPlacement& placement_;
  const ProductClient& products_;
  kit::Currency currency_;
};

}  // namespace order::api
