#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/db/database.hpp"
#include "services/kit/identity/user_id.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

// The history of each order, for showing it and for following it live.
namespace order::history {

/// Notified of new rows, with the order's id.
constexpr const char* CHANNEL = "order_history";

/// First key of the advisory locks of those who follow orders; see `watch_lock`.
constexpr int WATCH_SPACE = 0x73687761;  // "shwa" in ASCII
constexpr std::int64_t WATCH_LOCKS = 256;

/// The second key for an order. A follower holds this lock shared, on a connection of its own, and takes it
/// before it reads: then a change is either read or notified on CHANNEL. Without followers nothing is
/// notified, because NOTIFY serializes all commits of a database.
constexpr int watch_lock(contracts::OrderId order) { return static_cast<int>(order.value % WATCH_LOCKS); }

/// A result column for statements that write to the history themselves: notifies followers. `order` and
/// `lock` (watch_lock) are parameters of the statement.
#define SHOPKEEPER_HISTORY_WAKE(order, lock)  \
  "(select pg_notify('order_history', " order \
  "::bigint::text) "                          \
  "where not pg_try_advisory_xact_lock(1936226145, " lock "::int))"

/// Writes an entry of the order. To be called in the transaction of the change, after the order's row was
/// written, so that ids within an order ascend in the order of commits. `type` is the state that was reached
/// ("placed", "confirmed", …) or "refunded"; `data` holds no personal data.
void record(kit::db::Transaction& tx, contracts::OrderId order, std::string_view type,
            const nlohmann::json& data = nlohmann::json::object());

/// All entries of the order, oldest first.
std::vector<Entry> of(kit::db::Transaction& tx, contracts::OrderId order);

/// New entries of an order, as of one instant.
struct News {
  contracts::OrderId order;
  std::vector<Entry> entries;  ///< oldest first
  State state;
  bool over = false;  ///< the order has ended and owes nothing: no entry follows
};

/// How far an order has been read: entries after that id are new.
struct Position {
  contracts::OrderId order;
  std::int64_t after = 0;
};

/// An order as a client that follows it has read it.
struct Followed {
  kit::UserId owner;
  bool known;     ///< the last entry that the client got is one of this order
  bool all_read;  ///< the order is over, and the client has got every entry
};
/// Returns nullopt when there is no such order. Throws kit::db::Unavailable.
std::optional<Followed> find_followed(kit::db::Database& database, const Position& position,
                                      kit::Deadline deadline);

/// Of those orders that exist. On a connection of the caller's own.
std::vector<News> news(pqxx::transaction_base& tx, const std::vector<Position>& positions);

}  // namespace order::history
