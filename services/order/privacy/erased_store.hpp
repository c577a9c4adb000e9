#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/messaging/event.hpp"

#include <exception>

// Persons who are erased: nothing of theirs is kept but what the law wants of an order, and nothing is
// written any more.
namespace order {

/// The person was erased: nothing of theirs can be written any more.
class PersonErased : public std::exception {
 public:
  const char* what() const noexcept override { return "the person was erased"; }
};

namespace people {

/// Whether the person is erased. To be called first in each transaction that writes something of theirs:
/// until it ends, they are not erased either.
bool erased(kit::db::Transaction& tx, kit::UserId person);

/// Makes orders anonymous (lines, amounts, dates and numbers stay), and forgets cart and idempotency keys. It
/// may come before the person's first order: it counts for those to come.
void erase(kit::db::Transaction& tx, kit::UserId person);

}  // namespace people
}  // namespace order
