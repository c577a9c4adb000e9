#pragma once
#include "services/kit/db/database.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <pqxx/pqxx>

namespace kit::db {

/// Allows lookups by std::string_view in maps with std::string keys.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// One connection, for one thread at a time. It never reconnects, so that session state (prepared statements,
/// settings, advisory locks) cannot be lost unnoticed.
class Connection {
 public:
  /// The metrics of transactions of one name, cached here so that finding them needs no lock.
  struct NameMetrics {
    prometheus::Counter* committed;
    prometheus::Counter* failed;
    prometheus::Histogram* duration;
  };

  explicit Connection(const std::string& conninfo);

  pqxx::connection& pq() { return pq_; }
  bool open() const { return pq_.is_open(); }
  /// True when the server sent something unasked: it is ending this session.
  bool stale() const;
  /// Declares the statement to libpqxx, which prepares it at its first use. Throws std::logic_error when two
  /// statements share a name.
  void prepare(const Statement& statement);
  TextMap<NameMetrics>& metrics() { return metrics_; }

 private:
  pqxx::connection pq_;
  TextMap<const char*> prepared_;
  TextMap<NameMetrics> metrics_;
};

/// Settings of a session.
struct SessionSettings {
  std::chrono::milliseconds connect_timeout{3000};  ///< libpq waits at least 2 s
  std::chrono::milliseconds statement_timeout{0};   ///< 0: none
  std::chrono::milliseconds lock_timeout{0};
  std::chrono::milliseconds idle_in_transaction_timeout{30'000};
};

/// A new connection. Throws pqxx::broken_connection; no password in its message.
std::unique_ptr<Connection> connect(const std::string& url, const SessionSettings& settings);

}  // namespace kit::db
