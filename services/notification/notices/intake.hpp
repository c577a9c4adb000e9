#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

#include <string>
#include <vector>

namespace notification {

/// The routing keys of what `take_in` is for.
std::vector<std::string> heard_types();

/// What an event leads to, in the transaction that claims it. `send`: mails are to be sent, not only written
/// down. True when there is a new mail to send. Does nothing for an event of any other type. Throws
/// kit::messaging::Unreadable for one that lacks what it must have.
bool take_in(kit::db::Transaction& tx, const kit::messaging::Event& event, bool send);

}  // namespace notification
