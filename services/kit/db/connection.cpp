#include "services/kit/db/connection.hpp"

#include "services/kit/db/conninfo.hpp"

#include <errno.h>
#include <poll.h>

#include <stdexcept>

namespace kit::db {
namespace {

std::string option(const char* setting, std::chrono::milliseconds value) {
  return std::string(" -c ") + setting + '=' + std::to_string(value.count());
}

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
      // On the server, too: else the backend of a lost client keeps its locks for hours, so no other relay or
      // migration can take over.
      {"options",
       "-c timezone=UTC -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
       " -c tcp_user_timeout=10000"
       // Our queries are too short for JIT or parallel workers to help; SSDs read random pages as fast as
       // sequential ones.
       " -c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1" +
           option("statement_timeout", settings.statement_timeout) +
           option("lock_timeout", settings.lock_timeout) +
           option("idle_in_transaction_session_timeout", settings.idle_in_transaction_timeout)},
  };
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
    return std::make_unique<Connection>(with_defaults(url, parameters(settings)));
  } catch (const pqxx::broken_connection& error) {
    throw pqxx::broken_connection(without_password(error.what(), url));
  }
}

}  // namespace kit::db
