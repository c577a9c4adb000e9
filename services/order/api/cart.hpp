#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/api/place.hpp"
#include "services/order/clients/catalog.hpp"
#include "services/order/store/carts.hpp"
#include "services/order/store/orders.hpp"

#include <optional>
#include <vector>

namespace order::api {

/// /api/cart: what the caller means to order. Thread-safe; what it is given must outlive it.
class CartPages {
 public:
  CartPages(Carts& carts, Orders& orders, Place& place, Catalog& catalog, kit::Currency currency)
      : carts_(carts), orders_(orders), place_(place), catalog_(catalog), currency_(currency) {}
  void add_routes(kit::http::Router& router);

 private:
  using Request = kit::http::Request;
  using Response = kit::http::Response;

  Response show(const Request& request);
  Response put(const Request& request);
  Response remove(const Request& request);
  Response clear(const Request& request);
  /// An order of all that is in the cart, which is emptied by it.
  Response checkout(const Request& request);
  Response order_cart(const Request& request, const std::optional<std::string>& payment,
                      const std::optional<IdempotencyKey>& key);
  /// Puts the lines of an order into the cart, at least as many of each as were ordered, so that asking twice
  /// is as asking once. What cannot be had is named, and left out.
  Response reorder(const Request& request);

  /// What the product service says; nothing when it is away.
  std::optional<Offers> offers(const std::vector<kit::ProductId>& products, const Request& request);
  /// Where `change` is, the cart has the version that the client asked for (If-Match).
  Cart edit(const Request& request, const std::function<void(Cart&)>& change);
  Response answer(const Cart& cart, const Offers* offers, nlohmann::ordered_json more = {}) const;

  Carts& carts_;
  Orders& orders_;
  Place& place_;
  Catalog& catalog_;
  kit::Currency currency_;
};

}  // namespace order::api
