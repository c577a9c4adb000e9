#include "services/kit/db/database.hpp"

#include "services/kit/db/pool.hpp"

namespace kit::db {

void Transaction::prepare(const Statement& statement) { connection_.prepare(statement); }

// COMMIT after a failed statement rolls back and reports success; a statement before it reports the failure.
void Transaction::check_alive() {
  if (failed_) transaction_.exec("select 1");
}

Database::Database(DatabaseOptions options, Metrics& metrics)
    : pool_(std::make_unique<Pool>(std::move(options), metrics)) {}

Database::~Database() = default;

void Database::transact(const char* name, Deadline deadline, const Work& work, bool idempotent) {
  pool_->run(name, deadline, idempotent, [&work](Connection& connection, bool& committing) {
    pqxx::work transaction(connection.pq());
    Transaction tx(connection, transaction);
    work(tx);
    tx.check_alive();
    committing = true;
    transaction.commit();
  });
}

void Database::transact_statement(const char* name, Deadline deadline, const Work& work) {
  read(name, deadline, work);  // PostgreSQL treats them alike
}

void Database::read(const char* name, Deadline deadline, const Work& work) {
  pool_->run(name, deadline, true, [&work](Connection& connection, bool&) {
    pqxx::nontransaction transaction(connection.pq());
    Transaction tx(connection, transaction);
    work(tx);
  });
}

std::string Database::probe() {
  try {
    auto lease = pool_->lend(Deadline::in(std::chrono::seconds(1)));
    pqxx::nontransaction(lease->pq()).exec("select 1");
    return {};
  } catch (const Pool::Exhausted&) {
    return {};  // a pool in full use is no sign of a database that is down
  } catch (const std::exception&) {
    pool_->drop_idle();
    return "cannot be reached";
  }
}

const DatabaseOptions& Database::options() const { return pool_->options(); }

}  // namespace kit::db
