#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"

#include <string>
#include <vector>

namespace product {

/// The types of what other services tell that matters to reviews: who bought what, who gave it back, and who
/// is erased.
std::vector<std::string> purchase_events();

/// Takes such an event in, in the transaction that claims it, in whatever order they come: an order taken
/// back stays so, and so does an erasure. Throws messaging::Unreadable for what lacks its data.
void take_in(kit::db::Transaction& tx, const kit::messaging::Event& event);

}  // namespace product
