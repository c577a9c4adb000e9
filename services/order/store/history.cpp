#include "services/order/store/history.hpp"

#include "services/order/store/state_sql.hpp"

namespace order::history {
namespace {

static_assert(WATCH_SPACE == 1936226145, "see SHOPKEEPER_HISTORY_WAKE");

constexpr kit::db::Statement RECORD{
    "history_record",
    "with written as (insert into order_history (order_id, type, data) values ($1, $2, $3::jsonb)) "
    "select " SHOPKEEPER_HISTORY_WAKE("$1", "$4")};

#define SHOPKEEPER_HISTORY_COLUMNS \
  "h.id, h.type, h.data, to_char(h.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as at"

constexpr kit::db::Statement OF{"history_of", "select " SHOPKEEPER_HISTORY_COLUMNS
                                              " from order_history h where h.order_id = $1 order by h.id"};

constexpr const char* NEWS = R"(
  select o.id as order_id, o.state, o.state in )" SHOPKEEPER_FINAL
                             " and o.due_at is null as over, " SHOPKEEPER_HISTORY_COLUMNS
                             R"(
  from unnest($1::bigint[], $2::bigint[]) as w(id, after) join orders o on o.id = w.id
  left join order_history h on h.order_id = o.id and h.id > w.after
  order by o.id, h.id)";

constexpr kit::db::Statement FOLLOWED{"tracking_find", R"(
  select o.user_id, exists (select from order_history h where h.order_id = o.id and h.id = $2) as known,
         o.state in )" SHOPKEEPER_FINAL R"( and o.due_at is null
         and not exists (select from order_history h where h.order_id = o.id and h.id > $2) as all_read
  from orders o where o.id = $1)"};

Entry entry_of(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(), row["type"].as<std::string>(),
          nlohmann::json::parse(row["data"].c_str()), row["at"].as<std::string>()};
}

}  // namespace

void record(kit::db::Transaction& tx, contracts::OrderId order, std::string_view type,
            const nlohmann::json& data) {
  tx.exec(RECORD, order.value, type, data.dump(), watch_lock(order));
}

std::vector<Entry> of(kit::db::Transaction& tx, contracts::OrderId order) {
  std::vector<Entry> out;
  for (const auto& row : tx.exec(OF, order.value)) out.push_back(entry_of(row));
  return out;
}

std::optional<Followed> find_followed(kit::db::Database& database, const Position& position,
                                      kit::Deadline deadline) {
  using Found = std::optional<Followed>;
  return database.read<Found>("tracking_find", deadline, [&](kit::db::Transaction& tx) -> Found {
    const auto rows = tx.exec(FOLLOWED, position.order.value, position.after);
    if (rows.empty()) return std::nullopt;
    return Followed{kit::UserId{rows[0]["user_id"].as<std::int64_t>()}, rows[0]["known"].as<bool>(),
                    rows[0]["all_read"].as<bool>()};
  });
}

std::vector<News> news(pqxx::transaction_base& tx, const std::vector<Position>& positions) {
  std::string orders;
  std::string after;
  for (const auto& position : positions) {
    orders += (orders.empty() ? "{" : ",") + std::to_string(position.order.value);
    after += (after.empty() ? "{" : ",") + std::to_string(position.after);
  }
  std::vector<News> out;
  if (positions.empty()) return out;
  for (const auto& row : tx.exec_params(NEWS, orders + "}", after + "}")) {
    const contracts::OrderId order{row["order_id"].as<std::int64_t>()};
    if (out.empty() || out.back().order != order)
      out.push_back({order, {}, parse_state(row["state"].as<std::string>()), row["over"].as<bool>()});
    if (!row["id"].is_null()) out.back().entries.push_back(entry_of(row));
  }
  return out;
}

}  // namespace order::history
