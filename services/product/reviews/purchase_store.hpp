#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

namespace product {

/// Applies an event of an order or an erased user in the transaction that claims it: the inbox serialises
/// them. Events may arrive in any order: a cancelled order stays void and an erased user stays erased. Throws
/// messaging::Unreadable for an event that lacks its data.
void apply_purchase_event(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace product
