#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/kit/messaging/event.hpp"

// Users whose personal data was erased: only what the law requires of their orders is kept.
namespace order {

/// Throws UserErased. To be called first in each transaction that writes about the user: an erasure waits
/// until it ends.
void require_not_erased(kit::db::Transaction& tx, kit::UserId user);

/// Applies `user.erased` in the transaction that claims it: makes the user's orders anonymous (lines,
/// amounts, dates and numbers stay) and deletes cart and idempotency keys. It also holds for orders that come
/// later. Throws kit::messaging::Unreadable for an event without a user.
void apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace order
