#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <exception>

// Users whose personal data was erased: only what the law requires of their orders is kept.
namespace order {

/// The user was erased: nothing about them can be written any more.
class UserErased : public std::exception {
 public:
  const char* what() const noexcept override { return "the user was erased"; }
};

/// Throws UserErased. To be called first in each transaction that writes about the user: an erasure waits
/// until it ends.
void require_not_erased(kit::db::Transaction& tx, kit::UserId user);

/// Makes the user's orders anonymous (lines, amounts, dates and numbers stay) and deletes cart and
/// idempotency keys. It also holds for orders that come later.
void erase(kit::db::Transaction& tx, kit::UserId user);

}  // namespace order
