#include "services/kit/db/connection.hpp"

#include "services/kit/db/conninfo.hpp"

#include <errno.h>
#include <poll.h>

#include <stdexcept>

namespace kit::db {
namespace {

ConnectionParameters parameters(const SessionSettings& settings) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings.connect_timeout).count();
  return {
      {"connect_timeout", std::to_string(std::max<std::int64_t>(seconds, 2))},
      {"application_name", program_invocation_short_name},
      // Detects a dead server (a lost node, a firewall) within about ten seconds.
      {"keepalives", "1"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "10000"},
      {"client_encoding", "UTF8"},
  };
}

std::string set(const char* setting, std::chrono::milliseconds value) {
  return std::string("; set ") + setting + " = " + std::to_string(value.count());
}

std::string statement_of(const SessionSettings& settings) {
  return
      // On the server, too: else the backend of a lost client keeps its locks for hours, so no other relay or
      // migration can take over.
      "set timezone = 'UTC'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2;"
      " set tcp_keepalives_count = 3; set tcp_user_timeout = 10000;"
      // Our queries are too short for JIT or parallel workers to help; SSDs read random pages as fast as
      // sequential ones.
      " set jit = off; set max_parallel_workers_per_gather = 0; set random_page_cost = 1.1" +
      set("statement_timeout", settings.statement_timeout) + set("lock_timeout", settings.lock_timeout) +
      set("idle_in_transaction_session_timeout", settings.idle_in_transaction_timeout);
}

/// By a statement, because PgBouncer ignores or refuses the connection parameter "options". A URL that has it
/// decides itself.
void set_up(Connection& connection, const std::string& url, const SessionSettings& settings) {
  if (url.find("options=") != std::string::npos) return;
  try {
    pqxx::nontransaction(connection.pq()).exec(statement_of(settings));
  } catch (const pqxx::sql_error& error) {
    throw pqxx::broken_connection(error.what());
  }
}

}  // namespace

Connection::Connection(const std::string& conninfo) : pq_(conninfo) {
  // Deprecated without a successor in 6.4, and the only way to prevent silent reconnects.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  pq_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

bool Connection::stale() const {
  pollfd socket{pq_.sock(), POLLIN, 0};
  return socket.fd < 0 || ::poll(&socket, 1, 0) != 0;
}

void Connection::prepare(const Statement& statement) {
  const auto found = prepared_.find(std::string_view(statement.name));
  if (found == prepared_.end()) {
    pq_.prepare(statement.name, statement.sql);
    prepared_.emplace(statement.name, statement.sql);
  } else if (found->second != statement.sql && std::string_view(found->second) != statement.sql) {
    throw std::logic_error(std::string("two statements have the name ") + statement.name);
  }
}

std::unique_ptr<Connection> connect(const std::string& url, const SessionSettings& settings) {
  try {
    auto connection = std::make_unique<Connection>(with_defaults(url, parameters(settings)));
    set_up(*connection, url, settings);
    return connection;
  } catch (const pqxx::broken_connection& error) {
    throw pqxx::broken_connection(without_password(error.what(), url));
  }
}

}  // namespace kit::db
