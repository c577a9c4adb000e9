#include "services/kit/db/pool.hpp"
#include "services/kit/time/backoff.hpp"

#include <thread>

namespace kit::db {
namespace {

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
