#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/cart.hpp"
#include "services/order/privacy/erased_store.hpp"

#include <functional>
#include <vector>

namespace order {

/// What is to be ordered is not in the cart any more. Becomes a 409.
class CartChanged : public std::exception {
 public:
  const char* what() const noexcept override { return "the cart has changed"; }
};

/// A cart for each user. What was taken out of it for an order that then came to nothing is back the next
/// time that the cart is looked at. Thread-safe. Throws kit::db::Unavailable when the database is away.
class Carts {
 public:
  explicit Carts(kit::db::Database& database) : database_(database) {}

  Cart find(kit::UserId user, kit::Deadline deadline);

  /// Changes the cart while nobody else does; the cart as it is then. `change` may run several times, and
  /// what it throws passes, nothing being changed. Throws PersonErased. `idempotent`: done twice it is as
  /// once.
  Cart edit(kit::UserId user, const std::function<void(Cart&)>& change, bool idempotent,
            kit::Deadline deadline);

  /// Takes what was ordered out of the cart, in the transaction that writes the order; what was put there
  /// meanwhile stays. Throws CartChanged when there is less of something.
  static void take(kit::db::Transaction& tx, kit::UserId user, const std::vector<CartLine>& ordered,
                   kit::OrderId order);

  /// Remembers names and prices; a line that is not there any more is left alone.
  void seen(kit::UserId user, const std::vector<CartLine>& lines, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace order
