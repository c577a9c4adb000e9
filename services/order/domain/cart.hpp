#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/contracts/internal/products.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace order {

/// What the product service answered about some products.
struct Offers {
  std::set<contracts::ProductId> asked;
  std::map<contracts::ProductId, contracts::Offer> found;

  /// Returns null when it is unknown or was not asked for.
  const contracts::Offer* find(contracts::ProductId product) const;
  /// It was asked for, and is retired or unknown.
  bool gone(contracts::ProductId product) const;
};

struct CartLine {
  contracts::ProductId product;
  std::int64_t quantity = 1;
  std::string name;       ///< as last seen
  kit::Money unit_price;  ///< as last seen
  kit::Money put_price;   ///< when the customer put it there
};

struct Cart {
  static constexpr std::size_t MAX_LINES = 50;
  static constexpr std::int64_t MAX_QUANTITY = 1000;

  std::int64_t version = 0;  ///< counts up with each change; 0: never changed
  std::vector<CartLine> lines;

  const CartLine* find(contracts::ProductId product) const;
  std::vector<contracts::ProductId> products() const;

  /// Sets the quantity, at the present price. Throws CartFull.
  void put(const contracts::Offer& offer, std::int64_t quantity);
  /// The same for an existing line, while the product service is unreachable. Returns false without one.
  bool set_quantity(contracts::ProductId product, std::int64_t quantity);
  /// Takes `quantity` out; the line with the last of them. Returns false when there are fewer.
  bool reduce(contracts::ProductId product, std::int64_t quantity);
  /// Returns false when there is no such line.
  bool remove(contracts::ProductId product);
};

/// Throws CartEmpty, or CartNotOrderable with the retired products or, when there are none, with those that
/// are short in stock.
void require_orderable(const Cart& cart, const Offers& offers);

/// Lines whose names or prices are not those last seen, as they are now.
std::vector<CartLine> refreshed(const Cart& cart, const Offers& offers);

}  // namespace order
