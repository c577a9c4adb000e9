#include "services/order/store/order_list_store.hpp"

#include <stdexcept>

namespace order {
namespace {

// One statement for one customer and one for all, so that the planner picks the right index for each whatever
// the parameters are. The cursor is an order's time and id.
#define SHOPKEEPER_LIST(WHERE)                                                                             \
  "select o.id, o.user_id, o.state, o.reason, o.currency, o.total_minor, "                                 \
  "to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as placed_at, "            \
  "l.product, l.lines, l.quantity from orders o cross join lateral ("                                      \
  "  select (array_agg(name order by line))[1] as product, count(*) as lines, coalesce(sum(quantity), 0) " \
  "as "                                                                                                    \
  "quantity from order_lines where order_id = o.id) l where " WHERE                                        \
  " ($1::text is null or o.state = $1) and o.placed_at >= coalesce($2::timestamptz, '-infinity')"          \
  " and o.placed_at < coalesce($3::timestamptz, 'infinity')"                                               \
  " and (o.placed_at, o.id) < (coalesce((select placed_at from orders where id = $4), 'infinity'),"        \
  " coalesce($4::bigint, 9223372036854775807)) order by o.placed_at desc, o.id desc limit $5"

constexpr kit::db::Statement ALL{"orders_list", SHOPKEEPER_LIST("")};
constexpr kit::db::Statement OF_USER{"orders_list_user", SHOPKEEPER_LIST("o.user_id = $6 and")};

Summary summary_of(const pqxx::row& row) {
  Summary out;
  out.id.value = row["id"].as<std::int64_t>();
  out.user.value = row["user_id"].as<std::int64_t>();
  out.state = parse_state(row["state"].as<std::string>());
  out.reason = row["reason"].as<std::string>("");
  out.product = row["product"].as<std::string>("");
  out.lines = row["lines"].as<std::int64_t>();
  out.quantity = row["quantity"].as<std::int64_t>();
  out.placed_at = row["placed_at"].as<std::string>();
  if (!row["total_minor"].is_null()) {
    const auto code = row["currency"].as<std::string>();
    const auto currency = kit::Currency::parse(code);
    if (!currency) throw std::runtime_error("unknown currency in the database: " + code);
    out.total = kit::Money(row["total_minor"].as<std::int64_t>(), *currency);
  }
  return out;
}

}  // namespace

kit::db::Page<Summary> OrderListStore::page(const Filter& filter, std::optional<kit::OrderId> after,
                                            int limit, kit::Deadline deadline) {
  std::optional<std::string> state;
  if (filter.state) state = std::string(to_string(*filter.state));
  std::optional<std::int64_t> last;
  if (after) last = after->value;
  return database_.read<kit::db::Page<Summary>>("orders_list", deadline, [&](kit::db::Transaction& tx) {
    const auto rows =
        filter.user ? tx.exec(OF_USER, state, filter.from, filter.to, last, limit + 1, filter.user->value)
                    : tx.exec(ALL, state, filter.from, filter.to, last, limit + 1);
    return kit::db::read_page(rows, limit, summary_of);
  });
}

}  // namespace order
