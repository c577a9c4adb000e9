#pragma once
#include "services/kit/db/connection.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace kit::db {

/// Opens connections to one database. While the database does not respond at all (a lost node, packets
/// dropped) each attempt would keep its thread for the whole timeout, until no thread is left for other
/// requests: then only one attempt is made at a time, and others fail at once. A database that refuses
/// connections does not count, since that costs no time. Thread-safe.
class Connector {
 public:
  explicit Connector(std::string url) : url_(std::move(url)) {}

  /// Throws pqxx::broken_connection when refused, Unavailable when there was no response or another attempt
  /// is still waiting for one.
  std::unique_ptr<Connection> connect(const SessionSettings& settings);

 private:
  std::unique_ptr<Connection> attempt(const SessionSettings& settings);

  const std::string url_;
  std::atomic<bool> silent_{false};      ///< the last attempt got no response
  std::atomic<bool> attempting_{false};  ///< somebody tries whether that is still so
};

}  // namespace kit::db
