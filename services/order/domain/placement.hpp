#pragma once
#include "services/contracts/internal/products.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

namespace order {

/// One product that a client requests, by id or by exact name, whatever the case.
struct PlacementLine {
  std::optional<contracts::ProductId> product;
  std::string name;           ///< empty when there is an id
  std::int64_t quantity = 1;  ///< 1 to MAX_QUANTITY
  std::string field;          ///< of the request, "product_name", "lines[2].product_id": for errors
};

/// What a client requests by POST /orders or by ordering a cart.
struct Placement {
  kit::UserId user;
  std::vector<PlacementLine> lines;           ///< 1 to MAX_LINES
  std::optional<std::string> payment_method;  ///< nullopt: the provider's default
  bool short_form = false;                    ///< one product beside the user, not `lines`
  /// What a later refusal of a product names: the short form's own field, else "lines".
  std::string product_field() const { return short_form ? lines.front().field : "lines"; }
};

constexpr std::size_t MAX_LINES = 50;
constexpr std::int64_t MAX_QUANTITY = 1000;  ///< of one product in one order

/// The same text for requests that mean the same, whatever the order of their keys.
std::string canonical(const Placement& placement);

/// The lines of the order, one for each product: equal products are added up. `offers` has an entry for each
/// requested line, nullopt where the catalog has none. Throws NotOnSale with all lines that are not on sale,
/// InvalidField when a quantity adds up to more than MAX_QUANTITY.
std::vector<OrderLine> order_lines(const std::vector<PlacementLine>& requested,
                                   const std::vector<std::optional<contracts::Offer>>& offers);

/// The same while the catalog is unreachable: with the ids and names that the client gave.
std::vector<OrderLine> order_lines_unverified(const std::vector<PlacementLine>& requested);

}  // namespace order
