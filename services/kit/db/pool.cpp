#include "services/kit/db/pool.hpp"

#include <stdexcept>

namespace kit::db {
namespace {

prometheus::Gauge& connections(Metrics& metrics, const char* state) {
  return metrics.gauge("db_pool_connections", "Connections of the database pool.", {{"state", state}});
}

}  // namespace

Database::Pool::Pool(DatabaseOptions options, Metrics& metrics)
    : options_(std::move(options)),
      metrics_(metrics),
      idle_gauge_(connections(metrics, "idle")),
      busy_gauge_(connections(metrics, "busy")),
      waiting_gauge_(metrics.gauge("db_pool_waiting", "Threads waiting for a database connection.")),
      retries_(metrics.counter("db_transaction_retries_total",
                               "Retries of transactions after transient failures.")) {
  if (options_.pool < 1 || options_.tries < 1)
    throw std::invalid_argument("a pool needs a connection and a try");
  metrics.gauge("db_pool_limit", "Limit of connections of the database pool.").Set(options_.pool);
  idle_.reserve(static_cast<std::size_t>(options_.pool));
}

Database::Pool::~Pool() = default;

Database::Pool::Lease Database::Pool::lend(Deadline deadline) {
  std::unique_ptr<Connection> connection;
  take_place(deadline, connection);
  Lease lease(*this, std::move(connection));  // from here on the slot is always released
  if (lease.operator->() && !lease->stale()) return lease;
  lease.discard();
  if (deadline.passed()) throw Exhausted("no database connection in time");
  SessionSettings settings;
  settings.connect_timeout = std::min(options_.connect_timeout, deadline.left());
  settings.statement_timeout = options_.statement_timeout;
  settings.lock_timeout = options_.lock_timeout;
  return Lease(std::move(lease), connect(options_.url, settings));
}

void Database::Pool::take_place(Deadline deadline, std::unique_ptr<Connection>& idle) {
  std::unique_lock guard(lock_);
  if (lent_ >= options_.pool || !waiting_.empty()) {
    Waiter self;
    waiting_.push_back(&self);
    show();
    if (!self.wake.wait_until(guard, deadline.at(), [&] { return self.granted; })) {
      std::erase(waiting_, &self);
      show();
      throw Exhausted("no database connection came free in time");
    }
  } else {
    ++lent_;
  }
  if (!idle_.empty()) {
    idle = std::move(idle_.back());
    idle_.pop_back();
  }
  show();
}

void Database::Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
  if (connection && !connection->open()) connection.reset();
  std::lock_guard guard(lock_);
  if (connection) idle_.push_back(std::move(connection));
  if (waiting_.empty()) {
    --lent_;
  } else {
    // The slot goes to the thread that has waited longest.
    Waiter* next = waiting_.front();
    waiting_.pop_front();
    next->granted = true;
    next->wake.notify_one();
  }
  show();
}

void Database::Pool::drop_idle() {
  std::vector<std::unique_ptr<Connection>> closing;
  closing.reserve(static_cast<std::size_t>(options_.pool));
  std::lock_guard guard(lock_);
  closing.swap(idle_);
  show();
}

void Database::Pool::show() {
  idle_gauge_.Set(static_cast<double>(idle_.size()));
  busy_gauge_.Set(lent_);
  waiting_gauge_.Set(static_cast<double>(waiting_.size()));
}

}  // namespace kit::db
