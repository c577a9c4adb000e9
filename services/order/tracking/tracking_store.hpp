#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/store/history.hpp"

#include <optional>

namespace order {

/// An order as a client that follows it has read it.
struct TrackedOrder {
  kit::UserId owner;
  bool known;     ///< the last entry that the client got is one of this order
  bool all_read;  ///< the order is over, and the client has got every entry
};

/// Returns nullopt when there is no such order. Throws kit::db::Unavailable.
std::optional<TrackedOrder> find_tracked(kit::db::Database& database, const history::Position& position,
                                         kit::Deadline deadline);

}  // namespace order
