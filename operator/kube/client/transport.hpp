#pragma once
// Internal to this library: HTTP over cpprestsdk. Only transport.cpp and await.hpp include cpprestsdk's
// headers.
#include "operator/kube/client/config.hpp"
#include "operator/kube/client/error.hpp"
#include "operator/kube/object/clocks.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace kube {

struct Call {
  std::string method;
  std::string path;                            ///< without query
  std::map<std::string, std::string> query{};  ///< not yet encoded
  std::string content_type{};
  std::string body{};
  std::string accept{};  ///< empty: JSON
};

struct Response {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

/// The lines of a streamed response.
class LineStream {
 public:
  virtual ~LineStream() = default;
  /// Waits for the next line; returns nullopt at the end of the response, and for a last line without line
  /// end. Throws ApiError of code 0.
  virtual std::optional<std::string> next() = 0;
};

/// Connections to one server. Thread-safe.
class Transport {
 public:
  Transport(Config config, std::string user_agent, Clocks clocks);
  ~Transport();

  /// The whole response, of any status. Throws ApiError of code 0: "Timeout" when it has not arrived within
  /// `timeout`, "Cancelled" when `stop` is requested, "Connection" otherwise.
  Response send(const Call& call, std::chrono::milliseconds timeout, const std::stop_token& stop);
  /// Opens a stream on a connection of its own. Throws ApiError, also for a status that is not a success.
  /// `silence` is the longest time between two bytes.
  std::unique_ptr<LineStream> open(const Call& call, std::chrono::milliseconds timeout,
                                   std::chrono::milliseconds silence, std::stop_token stop);
  /// The next call reads the certificates again and opens a new connection.
  void reconnect();
  /// The next call reads the token, and on a new connection the client certificate, from their files again.
  /// False when neither is from a file.
  bool renew_credentials();

 private:
  struct Connection;
  std::shared_ptr<Connection> connect(std::chrono::milliseconds idle_timeout) const;
  /// After the first connection, when unreadable credentials are a failure of the call.
  std::shared_ptr<Connection> connect_again(std::chrono::milliseconds idle_timeout) const;
  std::shared_ptr<Connection> connection();
  std::string token();
  void warn_once(const std::string& warning);

  const Config config_;
  const std::string user_agent_;
  const Clocks clocks_;
  std::mutex lock_;
  std::shared_ptr<Connection> connection_;
  std::string token_;
  std::chrono::steady_clock::time_point token_read_{};
  std::set<std::string> warned_;
};

}  // namespace kube
