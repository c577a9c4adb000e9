#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/threads/periodic.hpp"

#include <optional>
#include <utility>
#include <vector>

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

 private:
  struct Counter {
    const char* column;
    prometheus::Counter* counter;
    double last = 0;
  };
  void read();
  void show(const pqxx::result& result);

  Database& database_;
  prometheus::Gauge& up_;
  std::vector<std::pair<const char*, prometheus::Gauge*>> gauges_;
  std::vector<Counter> counters_;
  std::optional<Periodic> periodic_;  // last: its thread uses the others
};

}  // namespace kit::db
