#include "services/order/tracking/tracking_store.hpp"

#include "services/order/store/state_sql.hpp"

namespace order {
namespace {

constexpr kit::db::Statement FIND{"tracking_find", R"(
  select o.user_id, exists (select from order_history h where h.order_id = o.id and h.id = $2) as known,
         o.state in )" SHOPKEEPER_FINAL R"( and o.due_at is null
         and not exists (select from order_history h where h.order_id = o.id and h.id > $2) as all_read
  from orders o where o.id = $1)"};

}  // namespace

std::optional<TrackedOrder> find_tracked(kit::db::Database& database, const history::Position& position,
                                         kit::Deadline deadline) {
  using Found = std::optional<TrackedOrder>;
  return database.read<Found>("tracking_find", deadline, [&](kit::db::Transaction& tx) -> Found {
    const auto rows = tx.exec(FIND, position.order.value, position.after);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    return TrackedOrder{kit::UserId{row["user_id"].as<std::int64_t>()}, row["known"].as<bool>(),
                        row["all_read"].as<bool>()};
  });
}

}  // namespace order
