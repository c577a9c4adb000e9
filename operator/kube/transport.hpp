#pragma once
// Internal to this library: HTTP over cpprestsdk. Only transport.cpp and what is under it read cpprestsdk's
// headers.
#include "operator/kube/config.hpp"
#include "operator/kube/error.hpp"

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
  std::string path;                            ///< with no query
  std::map<std::string, std::string> query{};  ///< encoded here
  std::string content_type{};
  std::string body{};
};

struct Answer {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

/// Lines of an answer that has no end, as they come.
class LineStream {
 public:
  virtual ~LineStream() = default;
  /// The next line; nothing at the end of the answer. Throws ApiError of code 0. A last line without its end
  /// is left out.
  virtual std::optional<std::string> next() = 0;
};

/// Speaks with one server. Thread-safe.
class Transport {
 public:
  Transport(Config config, std::string user_agent);
  ~Transport();

  /// The whole answer, whatever its status. Throws ApiError of code 0: "Timeout" when it has not come in
  /// `timeout`, "Cancelled" when `stop` is requested, "Connection" otherwise.
  Answer send(const Call& call, std::chrono::milliseconds timeout, const std::stop_token& stop);
  /// Opens a stream on a connection of its own. Throws ApiError, also for a status that is no success.
  /// `silence` is the longest time between two bytes.
  std::unique_ptr<LineStream> open(const Call& call, std::chrono::milliseconds timeout,
                                   std::chrono::milliseconds silence, std::stop_token stop);
  /// Certificates and connections are made anew at the next call.
  void reconnect();
  /// The token file is read again at the next call. False when the token comes from no file.
  bool renew_token();
  const Config& config() const { return config_; }

 private:
  struct Connection;
  std::shared_ptr<Connection> connect(std::chrono::milliseconds idle_timeout) const;
  std::shared_ptr<Connection> connection();
  std::string token();
  void warn_once(const std::string& warning);

  const Config config_;
  const std::string user_agent_;
  std::mutex lock_;
  std::shared_ptr<Connection> connection_;
  std::string token_;
  std::chrono::steady_clock::time_point token_read_{};
  std::set<std::string> warned_;
};

}  // namespace kube
