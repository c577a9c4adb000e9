#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/order.hpp"

namespace order {

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
