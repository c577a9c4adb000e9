#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

#include <string>
#include <vector>

namespace user {

/// The events that this service goes by, as routing keys.
std::vector<std::string> events_heard();

/// The effect of one of them, in the transaction that claims it. Throws kit::messaging::Unreadable.
void hear(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace user
