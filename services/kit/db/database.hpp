#pragma once
#include "services/kit/db/params.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/time/deadline.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <pqxx/pqxx>

namespace kit::db {

/// A named query: the name is that of the prepared statement, and shows in metrics and logs. Defined once, as
/// a namespace-scope constant beside the code that uses it. Parameters only ($1, $2, …), never text put
/// together.
struct Statement {
  const char* name;
  const char* sql;
};

class Connection;

/// A transaction. Statements are prepared on first use on each connection. Parameters may be what libpqxx
/// takes, and std::string_view and std::optional (see params.hpp); `row["x"].as<std::optional<T>>()` reads a
/// nullable column. After a failed statement PostgreSQL ignores the rest of the transaction: let the
/// exception pass, or use `insert … on conflict`. When work swallows the exception, the transaction throws
/// pqxx::sql_error (25P02) instead of committing.
class Transaction {
 public:
  template <class... Args>
  pqxx::result exec(const Statement& statement, Args&&... args) {
    prepare(statement);
    try {
      return transaction_.exec_prepared(statement.name, std::forward<Args>(args)...);
    } catch (const pqxx::sql_error&) {
      failed_ = true;
      throw;
    }
  }
  /// libpqxx's own transaction, for a dynamic number of parameters.
  pqxx::transaction_base& raw() { return transaction_; }

 private:
  friend class Database;
  Transaction(Connection& connection, pqxx::transaction_base& transaction)
      : connection_(connection), transaction_(transaction) {}
  void prepare(const Statement& statement);
  void check_alive();
  Connection& connection_;
  pqxx::transaction_base& transaction_;
  bool failed_ = false;
};

struct DatabaseOptions {
  std::string url;  ///< secret: never logged
  int pool = 6;     ///< connections
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds statement_timeout{5000};
  std::chrono::milliseconds lock_timeout{
      3000};      ///< of one lock; shorter than statement_timeout, so that they can be told apart
  int tries = 4;  ///< attempts of a transaction
};

/// The database cannot be reached, no connection became free in time, a statement took longer than its
/// timeout, or all attempts conflicted. Nothing was changed. Becomes a 503.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A bounded pool of connections to one PostgreSQL database. Thread-safe. Broken connections are discarded.
/// Metrics: db_pool_connections{state=idle|busy}, db_transactions_total{name,result},
/// db_transaction_duration_seconds{name}, db_transaction_retries_total.
class Database {
 public:
  Database(DatabaseOptions options, Metrics& metrics);
  ~Database();

  using Work = std::function<void(Transaction&)>;

  /// Runs `work` in a read-write transaction (read committed) and commits. `work` is retried with backoff
  /// after a serialization failure, a deadlock, or a connection found broken before the commit, so it must
  /// have no effect outside the database but in variables that it sets again. When the outcome of the commit
  /// is unknown, it is retried if `idempotent`, else pqxx::in_doubt_error is thrown. Throws Unavailable past
  /// the deadline.
  void transact(const char* name, Deadline deadline, const Work& work, bool idempotent = false);

  /// The same for a single statement, which needs no transaction around it: two round trips fewer. It may be
  /// repeated after it took effect (the connection broke before the result), so it must be idempotent.
  void transact_statement(const char* name, Deadline deadline, const Work& work);

  /// The same for one or several reads, without a transaction around them.
  void read(const char* name, Deadline deadline, const Work& work);

  /// With a value: `auto n = database.transact<int>("reserve", deadline, [&](auto& tx) { … return n; });`
  template <class T, class F>
  T transact(const char* name, Deadline deadline, F&& work, bool idempotent = false) {
    std::optional<T> out;
    transact(name, deadline, Work([&](Transaction& tx) { out.emplace(work(tx)); }), idempotent);
    return std::move(*out);
  }
  template <class T, class F>
  T transact_statement(const char* name, Deadline deadline, F&& work) {
    std::optional<T> out;
    transact_statement(name, deadline, Work([&](Transaction& tx) { out.emplace(work(tx)); }));
    return std::move(*out);
  }
  template <class T, class F>
  T read(const char* name, Deadline deadline, F&& work) {
    std::optional<T> out;
    read(name, deadline, Work([&](Transaction& tx) { out.emplace(work(tx)); }));
    return std::move(*out);
  }

  /// For Health: empty when a connection answers within a second.
  std::string probe();
  const DatabaseOptions& options() const;

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace kit::db
