#include "services/kit/db/statistics.hpp"

namespace kit::db {
namespace {

using std::chrono::seconds;

constexpr auto INTERVAL = seconds(15);
constexpr auto TIMEOUT = seconds(5);

// Superuser-reserved connections are not available to us. pg_stat_database is visible to every role; in
// pg_stat_activity a role sees its own sessions in full, which are those in its database.
constexpr Statement READ{"statistics", R"(
select s.xact_commit, s.xact_rollback, s.deadlocks, s.blks_hit, s.blks_read, s.temp_bytes,
       pg_database_size(s.datid) as size,
       (select sum(numbackends) from pg_stat_database) as server_connections,
       current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int as server_limit,
       a.active, a.idle, a.in_transaction, a.lock_waits, a.oldest
from pg_stat_database s,
     (select count(*) filter (where state = 'active' and pid <> pg_backend_pid()) as active,
             count(*) filter (where state = 'idle' or pid = pg_backend_pid()) as idle,  -- the one that asks is one of the pool's
             count(*) filter (where state like 'idle in transaction%') as in_transaction,
             count(*) filter (where wait_event_type = 'Lock') as lock_waits,
             coalesce(max(extract(epoch from clock_timestamp() - xact_start))
                        filter (where pid <> pg_backend_pid()), 0)::float8 as oldest
      from pg_stat_activity where datname = current_database() and backend_type = 'client backend') a
where s.datname = current_database())"};

/// A column of the result and the metric that shows it.
struct Column {
  const char* column;
  const char* metric;
  const char* help;
  Metrics::Labels labels = {};
};

constexpr const char* CONNECTIONS = "Connections to the service's database, by state.";
const std::vector<Column> GAUGES{
    {"active", "postgres_connections", CONNECTIONS, {{"state", "active"}}},
    {"idle", "postgres_connections", CONNECTIONS, {{"state", "idle"}}},
    {"in_transaction", "postgres_connections", CONNECTIONS, {{"state", "idle_in_transaction"}}},
    {"size", "postgres_size_bytes", "Size of the service's database on disk."},
    {"server_connections", "postgres_server_connections",
     "Connections to all databases of the service's server."},
    {"server_limit", "postgres_server_connections_limit", "Connections that the server allows."},
    {"oldest", "postgres_oldest_transaction_seconds",
     "Age of the oldest open transaction of the service's database."},
    {"lock_waits", "postgres_lock_waits", "Sessions waiting for a lock."},
};

constexpr const char* TRANSACTIONS = "Transactions in the service's database.";
constexpr const char* BLOCKS = "Blocks read, by whether they were in PostgreSQL's cache.";
const std::vector<Column> COUNTERS{
    {"xact_commit", "postgres_transactions_total", TRANSACTIONS, {{"result", "committed"}}},
    {"xact_rollback", "postgres_transactions_total", TRANSACTIONS, {{"result", "rolled_back"}}},
    {"deadlocks", "postgres_deadlocks_total", "Deadlocks detected."},
    {"blks_hit", "postgres_blocks_total", BLOCKS, {{"source", "cache"}}},
    {"blks_read", "postgres_blocks_total", BLOCKS, {{"source", "disk"}}},
    {"temp_bytes", "postgres_temporary_bytes_total", "Bytes that queries wrote to temporary files."},
};

}  // namespace

Statistics::Statistics(Database& database, Metrics& metrics)
    : database_(database),
      up_(metrics.gauge("postgres_up", "1 when the database answered when last asked, else 0.")) {
  for (const auto& [column, name, help, labels] : GAUGES)
    gauges_.emplace_back(column, &metrics.gauge(name, help, labels));
  for (const auto& [column, name, help, labels] : COUNTERS)
    counters_.push_back({column, &metrics.counter(name, help, labels)});
  periodic_.emplace(Periodic::Options{INTERVAL, 2 * INTERVAL, "the database's statistics cannot be read"},
                    [this](const std::stop_token&) { read(); });
}

void Statistics::read() {
  try {
    database_.read("statistics", Deadline::in(TIMEOUT), [this](Transaction& tx) { show(tx.exec(READ)); });
    up_.Set(1);
  } catch (const std::exception&) {
    up_.Set(0);
    throw;
  }
}

void Statistics::show(const pqxx::result& result) {
  if (result.empty()) return;
  const auto& row = result.front();
  for (const auto& [column, gauge] : gauges_) gauge->Set(row[column].as<double>(0));
  for (auto& [column, counter, last] : counters_) {
    const auto now = row[column].as<double>(0);
    counter->Increment(now >= last ? now - last : now);  // PostgreSQL may have reset its own
    last = now;
  }
}

}  // namespace kit::db
