#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

namespace notification {

/// Applies an event in the transaction that claims it; ignores other types. `send`: mails are to be sent, not
/// only recorded. Returns true when there is a new mail to send. Throws kit::messaging::Unreadable when the
/// event lacks required data.
bool apply_event(kit::db::Transaction& tx, const kit::messaging::Event& event, bool send);

}  // namespace notification
