#pragma once
#include "services/kit/db/connection.hpp"
#include "services/kit/db/failure.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace kit::db {

/// The connections of a Database: at most `options.pool`, handed out in the order asked. Thread-safe.
class Database::Pool {
 public:
  /// A connection lent; comes back when the lease ends, unless it was discarded or is lost.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    /// The same place with another connection.
    Lease(Lease&& other, std::unique_ptr<Connection> connection) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(connection)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }
    /// Closes the connection: the place in the pool becomes free for a new one.
    void discard() { connection_.reset(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// All places were taken until the deadline: we are busy, the database may be well.
  class Exhausted : public Unavailable {
   public:
    using Unavailable::Unavailable;
  };

  Pool(DatabaseOptions options, Metrics& metrics);
  ~Pool();

  /// One attempt: does its work on the connection, sets `committing` just before the commit.
  using Attempt = std::function<void(Connection&, bool& committing)>;

  /// Attempts until one succeeds, as the failures allow (see failure.hpp), the tries and the deadline.
  void run(const char* name, Deadline deadline, bool idempotent, const Attempt& attempt);

  /// Waits its turn; connects when there is a place but no idle connection. Throws Exhausted,
  /// pqxx::broken_connection.
  Lease lend(Deadline deadline);
  /// Closes what is idle: when one connection broke, the others of the same server most likely did, too.
  void drop_idle();

  const DatabaseOptions& options() const { return options_; }

 private:
  std::optional<Failure> try_once(const char* name, Deadline deadline, const Attempt& attempt,
                                  std::exception_ptr& error);
  Connection::NameMetrics find_metrics(const char* name);
  const Connection::NameMetrics& metrics_of(Connection& connection, const char* name);
  struct Waiter {
    std::condition_variable wake;
    bool granted = false;
  };
  void take_place(Deadline deadline, std::unique_ptr<Connection>& idle);
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  void show();

  const DatabaseOptions options_;
  Metrics& metrics_;
  prometheus::Gauge& idle_gauge_;
  prometheus::Gauge& busy_gauge_;
  prometheus::Gauge& waiting_gauge_;
  prometheus::Counter& retries_;
  std::mutex lock_;
  std::vector<std::unique_ptr<Connection>> idle_;  ///< used last in, first out: few stay warm
  std::deque<Waiter*> waiting_;
  int lent_ = 0;
};

}  // namespace kit::db
