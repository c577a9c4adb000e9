#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/db/page.hpp"
#include "services/order/domain/order.hpp"

#include <optional>
#include <string>
#include <vector>

namespace order {

/// An order in a list.
struct Summary {
  kit::OrderId id;
  kit::UserId user;
  State state = State::Pending;
  std::string reason;   ///< empty unless it was rejected or cancelled
  std::string product;  ///< the first line's
  std::int64_t lines = 0;
  std::int64_t quantity = 0;
  std::optional<kit::Money> total;
  std::string placed_at;
};

/// Lists of orders, newest first. Thread-safe. Throws kit::db::Unavailable.
class OrderListStore {
 public:
  explicit OrderListStore(kit::db::Database& database) : database_(database) {}

  struct Filter {
    std::optional<kit::UserId> user;
    std::optional<State> state;
    std::optional<std::string> from;  ///< RFC 3339, inclusive
    std::optional<std::string> to;    ///< exclusive
  };
  /// At most `limit` orders, those after `after` in the list.
  kit::db::Page<Summary> page(const Filter& filter, std::optional<kit::OrderId> after, int limit,
                              kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace order
