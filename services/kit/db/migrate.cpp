#include "services/kit/db/migrate.hpp"

#include "services/kit/db/connection.hpp"
#include "services/kit/db/locks.hpp"
#include "services/kit/db/migration_plan.hpp"
#include "services/kit/encoding/sha256.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"

#include <thread>

namespace kit::db {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto WAIT_FOR_DATABASE = seconds(30);
constexpr auto WAIT_FOR_OTHERS = minutes(10);

// A migration may run long, but must not block traffic while it waits for a lock.
SessionSettings settings() {
  SessionSettings settings;
  settings.lock_timeout = seconds(10);
  settings.idle_in_transaction_timeout = milliseconds(0);
  return settings;
}

std::unique_ptr<Connection> connect_patiently(const std::string& url) {
  const auto deadline = Deadline::in(WAIT_FOR_DATABASE);
  Backoff backoff(milliseconds(100), seconds(2));
  for (;;) {
    try {
      return connect(url, settings());
    } catch (const pqxx::broken_connection& error) {
      const auto pause = backoff.next();
      if (pause >= deadline.left()) throw Unavailable(std::string("database away: ") + error.what());
      std::this_thread::sleep_for(pause);
    }
  }
}

// Polled, because lock_timeout would end a waiting pg_advisory_lock.
void lock(Connection& connection) {
  const auto deadline = Deadline::in(WAIT_FOR_OTHERS);
  Backoff backoff(milliseconds(20), milliseconds(500));
  while (!try_lock(connection.pq(), Lock::Migrations)) {
    const auto pause = backoff.next();
    if (pause >= deadline.left()) throw MigrationError("another migration runs for too long");
    std::this_thread::sleep_for(pause);
  }
}

std::map<int, Applied> read_applied(Connection& connection) {
  std::map<int, Applied> applied;
  pqxx::nontransaction tx(connection.pq());
  if (tx.exec1("select to_regclass('schema_migrations') is null")[0].as<bool>()) return applied;
  // As JSON, because a table that an earlier version made lacks the column.
  const char* query = R"(select number, name, checksum, coalesce(to_jsonb(each) ->> 'needs_version', '')
                         from schema_migrations each)";
  for (const auto& row : tx.exec(query)) {
    applied[row[0].as<int>()] = {row[1].as<std::string>(), row[2].as<std::string>(),
                                 row[3].as<std::string>()};
  }
  return applied;
}

void create_table(Connection& connection) {
  pqxx::nontransaction(connection.pq()).exec(R"(
    create table if not exists schema_migrations (
      number     integer primary key,
      name       text not null,
      checksum   text not null,
      applied_at timestamptz not null default now()
    );
    alter table schema_migrations add column if not exists needs_version text not null default '')");
}

void apply(Connection& connection, const EmbeddedFile& file) {
  const std::string name(file.name);
  try {
    pqxx::work tx(connection.pq());
    tx.exec(std::string(file.text));
    tx.exec_params(
        "insert into schema_migrations (number, name, checksum, needs_version) values ($1, $2, $3, $4)",
        migration_number(file.name), name, sha256_hex(file.text), needed_version(file));
    tx.commit();
  } catch (const pqxx::sql_error& error) {
    throw MigrationError("migration " + name + ": " + error.what());
  }
  log::info("migrated", {{"migration", name}});
}

}  // namespace

int migrate(const std::string& url, std::span<const EmbeddedFile> files, std::string_view version) {
  plan_migrations(files, {}, version);  // validates the files without a database
  const auto connection = connect_patiently(url);
  lock(*connection);  // a session lock: released when the connection closes
  create_table(*connection);
  const auto todo = plan_migrations(files, read_applied(*connection), version);
  for (const EmbeddedFile* file : todo) apply(*connection, *file);
  return static_cast<int>(todo.size());
}

std::string pending(const std::string& url, std::span<const EmbeddedFile> files) {
  try {
    SessionSettings brief;
    brief.statement_timeout = seconds(1);
    const auto connection = connect(url, brief);
    std::string missing;
    for (const EmbeddedFile* file : plan_migrations(files, read_applied(*connection), SHOPKEEPER_VERSION)) {
      missing += (missing.empty() ? "migrations are missing: " : ", ") + std::string(file->name);
    }
    return missing;
  } catch (const MigrationError& error) {
    return error.what();
  } catch (const std::exception&) {
    return "the database cannot be reached";
  }
}

}  // namespace kit::db
