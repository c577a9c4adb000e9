#include "services/kit/db/statistics.hpp"

#include <array>

namespace kit::db {
namespace {

using std::chrono::seconds;

constexpr auto EVERY = seconds(15);
constexpr auto PATIENCE = seconds(5);

// Reserved connections are not for us. The server's counters are of all its databases, and everyone may see
// them; of pg_stat_activity a role sees its own sessions in full, which is what is in its database.
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

/// A counter that somebody else keeps: it follows what it is shown. One that was set back begins anew.
class Follower {
 public:
  explicit Follower(prometheus::Counter& counter) : counter_(counter) {}
  void show(double value) {
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
                              "Age of the transaction of the service's database that is open longest.")),
        lock_waits_(metrics.gauge("postgres_lock_waits", "Sessions that wait for another's lock.")),
        gauges_{{{"active", &connections(metrics, "active")},
                 {"idle", &connections(metrics, "idle")},
                 {"in_transaction", &connections(metrics, "idle_in_transaction")}}},
        counters_{
            {{"xact_commit", Follower(transactions(metrics, "committed"))},
             {"xact_rollback", Follower(transactions(metrics, "rolled_back"))},
             {"deadlocks",
              Follower(metrics.counter("postgres_deadlocks_total", "Deadlocks that were broken up."))},
             {"blks_hit", Follower(blocks(metrics, "cache"))},
             {"blks_read", Follower(blocks(metrics, "disk"))},
             {"temp_bytes", Follower(metrics.counter("postgres_temporary_bytes_total",
                                                     "Bytes that queries wrote to temporary files."))}}},
        periodic_({EVERY, 2 * EVERY, "the database's statistics cannot be read"},
                  [this](const std::stop_token&) { read(); }) {}

 private:
  static prometheus::Gauge& connections(Metrics& metrics, const char* state) {
    return metrics.gauge("postgres_connections", "Connections to the service's database, by what they do.",
                         {{"state", state}});
  }
  static prometheus::Counter& transactions(Metrics& metrics, const char* result) {
    return metrics.counter("postgres_transactions_total", "Transactions in the service's database.",
                           {{"result", result}});
  }
  static prometheus::Counter& blocks(Metrics& metrics, const char* source) {
    return metrics.counter("postgres_blocks_total",
                           "Blocks that were wanted, by whether they came from PostgreSQL's own cache.",
                           {{"source", source}});
  }

  void read() {
    try {
      database_.read("statistics", Deadline::in(PATIENCE), [this](Transaction& tx) { show(tx.exec(READ)); });
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
    for (auto& [column, counter] : counters_) counter.show(number(column));
    size_.Set(number("size"));
    server_connections_.Set(number("server_connections"));
    server_limit_.Set(number("server_limit"));
    oldest_.Set(number("oldest"));
    lock_waits_.Set(number("lock_waits"));
  }

  Database& database_;
  prometheus::Gauge &up_, &size_, &server_connections_, &server_limit_, &oldest_, &lock_waits_;
  std::array<std::pair<const char*, prometheus::Gauge*>, 3> gauges_;
  std::array<std::pair<const char*, Follower>, 6> counters_;
  Periodic periodic_;  // last: its thread uses the others
};

Statistics::Statistics(Database& database, Metrics& metrics)
    : impl_(std::make_unique<Impl>(database, metrics)) {}

Statistics::~Statistics() = default;

}  // namespace kit::db
