#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/threads/periodic.hpp"

#include <memory>

namespace kit::db {

/// PostgreSQL's statistics of the service's database as metrics, so that no exporter is needed. Read every 15
/// s on a thread of its own; without the database the last values stay. All replicas of a service show the
/// same: use `max`, not `sum`. postgres_up, postgres_connections{state}, postgres_server_connections,
/// postgres_server_connections_limit, postgres_transactions_total{result}, postgres_deadlocks_total,
/// postgres_blocks_total{source}, postgres_temporary_bytes_total, postgres_size_bytes,
/// postgres_oldest_transaction_seconds, postgres_lock_waits.
class Statistics {
 public:
  Statistics(Database& database, Metrics& metrics);
  ~Statistics();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::db
