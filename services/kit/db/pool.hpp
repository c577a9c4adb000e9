#pragma once
#include "services/kit/db/connection.hpp"
#include "services/kit/db/connector.hpp"
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

/// The connections of a Database: at most `options.pool`, lent first come, first served. Thread-safe.
class Database::Pool {
 public:
  /// A lent connection. It returns to the pool with the lease's end, unless discarded or lost.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    /// The same slot with another connection.
    Lease(Lease&& other, std::unique_ptr<Connection> connection) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(connection)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }
    /// Closes the connection; its slot is free for a new one.
    void discard() { connection_.reset(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// All connections were in use until the deadline; the database itself may be healthy.
  class Exhausted : public Unavailable {
   public:
    using Unavailable::Unavailable;
  };

  Pool(DatabaseOptions options, Metrics& metrics);
  ~Pool();

  /// One attempt on the connection; sets `committing` just before the commit.
  using Attempt = std::function<void(Connection&, bool& committing)>;

  /// Retries as failures (see failure.hpp), the number of tries and the deadline allow.
  void run(const char* name, Deadline deadline, bool idempotent, const Attempt& attempt);

  /// Waits for a free slot; connects when no connection is idle. Throws Unavailable (Exhausted),
  /// pqxx::broken_connection.
  Lease lend(Deadline deadline);
  /// Closes idle connections: when one broke, the others most likely did, too.
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
  Connector connector_;
  Metrics& metrics_;
  prometheus::Gauge& idle_gauge_;
  prometheus::Gauge& busy_gauge_;
  prometheus::Gauge& waiting_gauge_;
  prometheus::Counter& retries_;
  std::mutex lock_;
  std::vector<std::unique_ptr<Connection>> idle_;  ///< last in, first out, so that few stay warm
  std::deque<Waiter*> waiting_;
  int lent_ = 0;
};

}  // namespace kit::db
