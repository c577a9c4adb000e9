#include "services/kit/db/pool.hpp"

#include "services/kit/time/backoff.hpp"

#include <stdexcept>
#include <thread>

namespace kit::db {
namespace {

prometheus::Gauge& connections(Metrics& metrics, const char* state) {
  return metrics.gauge("db_pool_connections", "Connections of the database pool.", {{"state", state}});
}

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown error";
  }
}

[[noreturn]] void give_up(Failure failure, const std::exception_ptr& error) {
  switch (failure) {
    case Failure::Conflict:
      throw Unavailable("database conflict: " + message_of(error));
    case Failure::Broken:
      throw Unavailable("database away: " + message_of(error));
    case Failure::Timeout:
      throw Unavailable("database too slow: " + message_of(error));
    case Failure::InDoubt:
    case Failure::Final:
      break;
  }
  std::rethrow_exception(error);
}

bool may_repeat(Failure failure, bool idempotent) {
  return failure == Failure::Conflict || failure == Failure::Broken ||
         (failure == Failure::InDoubt && idempotent);
}

double seconds_since(Deadline::Clock::time_point start) {
  return std::chrono::duration<double>(Deadline::Clock::now() - start).count();
}

}  // namespace

Database::Pool::Pool(DatabaseOptions options, Metrics& metrics)
    : options_(std::move(options)),
      connector_(options_.url),
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
  return Lease(std::move(lease), connector_.connect(settings));
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

void Database::Pool::run(const char* name, Deadline deadline, bool idempotent, const Attempt& attempt) {
  Backoff backoff(std::chrono::milliseconds(10), std::chrono::milliseconds(500));
  std::exception_ptr error;
  for (int tries = 1;; ++tries) {
    const auto failure = try_once(name, deadline, attempt, error);
    if (!failure) return;
    if (*failure == Failure::Broken || *failure == Failure::InDoubt) drop_idle();
    const auto pause = backoff.next();
    if (!may_repeat(*failure, idempotent) || tries >= options_.tries || pause >= deadline.left()) {
      find_metrics(name).failed->Increment();
      give_up(*failure, error);
    }
    retries_.Increment();
    std::this_thread::sleep_for(pause);
  }
}

/// Returns nullopt on success, else the failure, with the exception in `error`.
std::optional<Failure> Database::Pool::try_once(const char* name, Deadline deadline, const Attempt& attempt,
                                                std::exception_ptr& error) {
  const auto start = Deadline::Clock::now();
  bool committing = false;
  std::optional<Lease> lease;
  try {
    lease.emplace(lend(deadline));
    attempt(**lease, committing);
    const auto& metrics = metrics_of(**lease, name);
    metrics.committed->Increment();
    metrics.duration->Observe(seconds_since(start));
    return std::nullopt;
  } catch (...) {
    error = std::current_exception();
  }
  const bool open = lease && (*lease)->open();
  const Failure failure = classify(error, committing, open);
  if (lease && (failure == Failure::Broken || failure == Failure::InDoubt)) lease->discard();
  return failure;
}

Connection::NameMetrics Database::Pool::find_metrics(const char* name) {
  const char* help = "Transactions by name and result.";
  return {&metrics_.counter("db_transactions_total", help, {{"name", name}, {"result", "committed"}}),
          &metrics_.counter("db_transactions_total", help, {{"name", name}, {"result", "failed"}}),
          &metrics_.histogram("db_transaction_duration_seconds",
                              "Duration of committed transactions, waiting for a connection included.",
                              {{"name", name}})};
}

const Connection::NameMetrics& Database::Pool::metrics_of(Connection& connection, const char* name) {
  auto& known = connection.metrics();
  const auto found = known.find(std::string_view(name));
  return found != known.end() ? found->second : known.emplace(name, find_metrics(name)).first->second;
}

}  // namespace kit::db
