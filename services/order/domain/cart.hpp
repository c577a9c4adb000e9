#pragma once
#include "services/kit/ids.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace order {

/// A product as the product service has it now.
struct Offer {
  kit::ProductId id;
  std::string name;
  kit::Money unit_price;
  std::int64_t available = 0;
  bool retired = false;
};

/// What the product service said of some products.
struct Offers {
  std::set<kit::ProductId> asked;
  std::map<kit::ProductId, Offer> found;

  /// Null when it is not there, or was not asked for.
  const Offer* find(kit::ProductId product) const;
  /// It was asked for, and cannot be had any more.
  bool gone(kit::ProductId product) const;
};

struct CartLine {
  kit::ProductId product;
  std::int64_t quantity = 1;
  std::string name;       ///< as last seen
  kit::Money unit_price;  ///< as last seen
  kit::Money put_price;   ///< when the customer put it there
};

struct Cart {
  static constexpr std::size_t MAX_LINES = 50;
  static constexpr std::int64_t MAX_QUANTITY = 1000;

  std::int64_t version = 0;  ///< counts up with each change; 0: there never was anything in it
  std::vector<CartLine> lines;

  const CartLine* find(kit::ProductId product) const;
  std::vector<kit::ProductId> products() const;

  /// Sets how many, at the price as of now. Throws Problem 409 when there are too many lines.
  void put(const Offer& offer, std::int64_t quantity);
  /// The same for a line that is there, when the product service cannot be asked. False when it is not there.
  bool set_quantity(kit::ProductId product, std::int64_t quantity);
  /// Takes so many out; the line with the last of them. False when there are not so many.
  bool reduce(kit::ProductId product, std::int64_t quantity);
  /// False when it is not there.
  bool remove(kit::ProductId product);
};

/// Why the cart cannot be ordered as it is: empty, with what cannot be had any more (`retired`), or with more
/// than is in stock (`missing`). Throws Problem 409.
void require_orderable(const Cart& cart, const Offers& offers);

/// {"quantity":2} out of the request's body. Throws Problem 422 that names every field that is wrong.
std::int64_t read_quantity(const nlohmann::json& body);

/// The cart as its owner is shown it. `offers`: null when the product service is away; then names and prices
/// are those last seen, and `stale` says so. What cannot be had any more does not count in the total.
nlohmann::ordered_json render(const Cart& cart, const Offers* offers, kit::Currency currency);

/// Lines whose names or prices are not those last seen, as they are now.
std::vector<CartLine> refreshed(const Cart& cart, const Offers& offers);

}  // namespace order
