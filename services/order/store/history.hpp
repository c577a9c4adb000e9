#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/state.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

// What has happened to each order, for those who look at it and those who follow it live.
namespace order::history {

/// The channel that tells of new rows, by the order's id.
constexpr const char* CHANNEL = "order_history";

/// First keys of the advisory locks that say who follows orders; see `watch_lock`.
constexpr int WATCH_SPACE = 0x73687761;  // "shwa" in ASCII
constexpr std::int64_t WATCH_LOCKS = 256;

/// The second key for an order. Whoever follows it holds this lock shared, on a connection of his, and takes
/// it before he reads: then a change is either there to be read, or told of on CHANNEL. Where nobody follows,
/// nothing is told: NOTIFY makes all commits of a database queue one behind the other.
constexpr int watch_lock(kit::OrderId order) { return static_cast<int>(order.value % WATCH_LOCKS); }

/// For a statement that writes its row of the history itself, a column of its result: tells of it where
/// somebody follows; `order` and `lock` (watch_lock) are its parameters.
#define SHOPKEEPER_HISTORY_WAKE(order, lock)  \
  "(select pg_notify('order_history', " order \
  "::bigint::text) "                          \
  "where not pg_try_advisory_xact_lock(1936226145, " lock "::int))"

/// Writes that something happened to the order. To be called in the transaction of the change, after the
/// order's row was written, so that within an order ids ascend as the commits do. `type` is the state that
/// was reached ("placed", "confirmed", …) or what else happened ("refunded"); `data` holds no personal data.
void record(kit::db::Transaction& tx, kit::OrderId order, std::string_view type,
            const nlohmann::json& data = nlohmann::json::object());

/// All that happened to the order, the oldest first.
std::vector<Entry> of(kit::db::Transaction& tx, kit::OrderId order);

/// What is new of an order, as of one instant.
struct News {
  kit::OrderId order;
  std::vector<Entry> entries;  ///< the oldest first
  State state;
  bool over = false;  ///< it has ended, and nothing is owed: what may still come is told no more
};

/// How far an order has been read: entries after that id are news.
struct Position {
  kit::OrderId order;
  std::int64_t after = 0;
};

/// Of those orders that there are. On a connection of the caller's own.
std::vector<News> news(pqxx::transaction_base& tx, const std::vector<Position>& positions);

}  // namespace order::history
