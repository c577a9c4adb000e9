#pragma once
#include "services/order/domain/cart.hpp"
#include "services/order/domain/order.hpp"

#include <vector>

namespace order {

/// Which products of an earlier order can be ordered again.
struct Reorder {
  struct Available {
    contracts::Offer offer;
    std::int64_t quantity;
  };
  struct Unavailable {
    OrderLine line;
    bool retired;            ///< or unknown; else short in stock
    std::int64_t available;  ///< in stock
  };
  std::vector<Available> available;
  std::vector<Unavailable> unavailable;
};

/// Lines of one product count together. A line whose product was never resolved is unavailable.
Reorder reorder(const std::vector<OrderLine>& lines, const Offers& offers);

/// Puts what is available into the cart, at least as many of each as were ordered, so that repeating it
/// changes nothing. Throws CartFull.
void put(Cart& cart, const Reorder& reorder);

}  // namespace order
