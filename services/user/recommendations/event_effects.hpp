#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

#include <string>
#include <vector>

namespace user {

/// The routing keys of the events that this service consumes.
std::vector<std::string> consumed_events();

/// Applies one of them, in the transaction that claims it. Throws kit::messaging::Unreadable.
void apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace user
