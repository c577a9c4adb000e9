#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

namespace user {

/// Applies an event that this service consumes, in the transaction that claims it. Throws
/// kit::messaging::Unreadable.
void apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace user
