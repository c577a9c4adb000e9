#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/threads/periodic.hpp"

#include <memory>

namespace kit::db {

/// What PostgreSQL says of our own database, as metrics, so that no exporter is needed beside it: read every
/// 15 s on a thread of its own, whatever the number of scrapes; what is shown while the database is away is
/// as it was last seen. Every replica of a service shows the same: take the `max`, not the `sum`.
/// postgres_up, postgres_connections{state}, postgres_server_connections, postgres_server_connections_limit,
/// postgres_transactions_total{result}, postgres_deadlocks_total, postgres_blocks_total{source},
/// postgres_temporary_bytes_total, postgres_size_bytes, postgres_oldest_transaction_seconds,
/// postgres_lock_waits.
class Statistics {
 public:
  Statistics(Database& database, Metrics& metrics);
  ~Statistics();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::db
