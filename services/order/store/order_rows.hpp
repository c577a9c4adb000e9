#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/order.hpp"

#include <string>
#include <vector>

namespace order {

/// The columns that `order_of` reads; `o` is the table orders.
#define SHOPKEEPER_ORDER_COLUMNS                                                                          \
  "o.id, o.user_id, o.user_name, o.user_email, o.state, o.reason, o.missing, o.currency, o.total_minor, " \
  "o.confirmed_at is not null as was_confirmed, o.traceparent, o.attempts, o.release_owed, "              \
  "o.money_owed, o.payment_provider, o.payment_method, coalesce(o.carrier, '') as carrier, "              \
  "coalesce(o.tracking_number, '') as tracking_number, (select coalesce(sum(f.amount_minor), 0)::bigint " \
  "from refunds f where f.order_id = o.id and f.state <> 'failed') as refunded_minor, "                   \
  "coalesce(o.due_at < now(), false) as claimable, "                                                      \
  "to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as placed_at"

/// An order from its row and, by further queries, its lines and its payment.
Order order_of(kit::db::Transaction& tx, const pqxx::row& row);

/// The amount in a column of minor units, with the currency of the column `currency`.
kit::Money money_of(const pqxx::row& row, const char* column);

/// The order's payment; nullopt where no provider is to be paid (yet).
std::optional<Payment> payment_of(kit::db::Transaction& tx, contracts::OrderId order);

/// Lines for jsonb_to_recordset.
std::string lines_json(const std::vector<OrderLine>& lines);

/// Runs a statement that begins with the order's id and fencing token and returns rows where it has an
/// effect. Returns false when another replica has claimed the order since it was read.
template <class... Args>
bool write_guarded(kit::db::Database& database, const kit::db::Statement& statement, const Order& order,
                   kit::Deadline deadline, const Args&... args) {
  return database.transact<bool>(
      statement.name, deadline,
      [&](kit::db::Transaction& tx) {
        return !tx.exec(statement, order.id.value, order.fencing_token, args...).empty();
      },
      true);
}

}  // namespace order
