#include "services/kit/db/statistics.hpp"

#include <array>

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

/// Mirrors an external counter, including its resets.
class Mirror {
 public:
  explicit Mirror(prometheus::Counter& counter) : counter_(counter) {}
  void update(double value) {
    counter_.Increment(value >= last_ ? value - last_ : value);
    last_ = value;
  }

 private:
  prometheus::Counter& counter_;
  double last_ = 0;
};

}  // namespace

class Statistics::Impl {
 public:
  Impl(Database& database, Metrics& metrics)
      : database_(database),
        up_(metrics.gauge("postgres_up", "1 when the database answered when last asked, else 0.")),
        size_(metrics.gauge("postgres_size_bytes", "Size of the service's database on disk.")),
        server_connections_(metrics.gauge("postgres_server_connections",
                                          "Connections to all databases of the service's server.")),
        server_limit_(
            metrics.gauge("postgres_server_connections_limit", "Connections that the server allows.")),
        oldest_(metrics.gauge("postgres_oldest_transaction_seconds",
                              "Age of the oldest open transaction of the service's database.")),
        lock_waits_(metrics.gauge("postgres_lock_waits", "Sessions waiting for a lock.")),
        gauges_{{{"active", &connections(metrics, "active")},
                 {"idle", &connections(metrics, "idle")},
                 {"in_transaction", &connections(metrics, "idle_in_transaction")}}},
        counters_{{{"xact_commit", Mirror(transactions(metrics, "committed"))},
                   {"xact_rollback", Mirror(transactions(metrics, "rolled_back"))},
                   {"deadlocks", Mirror(metrics.counter("postgres_deadlocks_total", "Deadlocks detected."))},
                   {"blks_hit", Mirror(blocks(metrics, "cache"))},
                   {"blks_read", Mirror(blocks(metrics, "disk"))},
                   {"temp_bytes", Mirror(metrics.counter("postgres_temporary_bytes_total",
                                                         "Bytes that queries wrote to temporary files."))}}},
        periodic_({INTERVAL, 2 * INTERVAL, "the database's statistics cannot be read"},
                  [this](const std::stop_token&) { read(); }) {}

 private:
  static prometheus::Gauge& connections(Metrics& metrics, const char* state) {
    return metrics.gauge("postgres_connections", "Connections to the service's database, by state.",
                         {{"state", state}});
  }
  static prometheus::Counter& transactions(Metrics& metrics, const char* result) {
    return metrics.counter("postgres_transactions_total", "Transactions in the service's database.",
                           {{"result", result}});
  }
  static prometheus::Counter& blocks(Metrics& metrics, const char* source) {
    return metrics.counter("postgres_blocks_total",
                           "Blocks read, by whether they were in PostgreSQL's cache.", {{"source", source}});
  }

  void read() {
    try {
      database_.read("statistics", Deadline::in(TIMEOUT), [this](Transaction& tx) { show(tx.exec(READ)); });
      up_.Set(1);
    } catch (const std::exception&) {
      up_.Set(0);
      throw;
    }
  }

  void show(const pqxx::result& result) {
    if (result.empty()) return;
    const auto& row = result.front();
    const auto number = [&row](const char* column) { return row[column].as<double>(0); };
    for (auto& [column, gauge] : gauges_) gauge->Set(number(column));
    for (auto& [column, counter] : counters_) counter.update(number(column));
    size_.Set(number("size"));
    server_connections_.Set(number("server_connections"));
    server_limit_.Set(number("server_limit"));
    oldest_.Set(number("oldest"));
    lock_waits_.Set(number("lock_waits"));
  }

  Database& database_;
  prometheus::Gauge &up_, &size_, &server_connections_, &server_limit_, &oldest_, &lock_waits_;
  std::array<std::pair<const char*, prometheus::Gauge*>, 3> gauges_;
  std::array<std::pair<const char*, Mirror>, 6> counters_;
  Periodic periodic_;  // last: its thread uses the others
};

Statistics::Statistics(Database& database, Metrics& metrics)
    : impl_(std::make_unique<Impl>(database, metrics)) {}

Statistics::~Statistics() = default;

}  // namespace kit::db
