#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/order/domain/cart.hpp"

#include <functional>
#include <vector>

namespace order {

/// A cart for each user. Lines that were taken for an order which was then refused are back the next time
/// that the cart is read. Thread-safe. Throws kit::db::Unavailable.
class CartStore {
 public:
  explicit CartStore(kit::db::Database& database) : database_(database) {}

  Cart find(kit::UserId user, kit::Deadline deadline);

  /// Changes the locked cart and returns it. `change` may run several times; when it throws, nothing is
  /// changed. `idempotent`: repeating the change has no further effect. Throws UserErased.
  Cart edit(kit::UserId user, const std::function<void(Cart&)>& change, bool idempotent,
            kit::Deadline deadline);

  /// Takes the ordered lines out of the cart, in the transaction that writes the order; lines put there
  /// meanwhile stay. Throws CartChanged when the cart has less of one.
  static void take(kit::db::Transaction& tx, kit::UserId user, const std::vector<CartLine>& ordered,
                   contracts::OrderId order);

  /// Stores names and prices as last seen; lines that were removed meanwhile stay removed.
  void seen(kit::UserId user, const std::vector<CartLine>& lines, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace order
