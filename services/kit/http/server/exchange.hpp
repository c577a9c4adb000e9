#pragma once
#include "services/kit/http/server/server.hpp"
#include "services/kit/http/server/server_metrics.hpp"
#include "services/kit/http/wire/connection.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace kit::http {

/// State shared by all exchanges of a server.
struct Exchanges {
  Gatekeeper gate;
  ErrorMapper map_error;
  ServerMetrics metrics;
  std::atomic<int> in_flight{0};     ///< requests without a response
  std::atomic<bool> leaving{false};  ///< responses carry Connection: close
  std::atomic<bool> draining{false};
};

/// One request and its one response. The handler's response and the deadline's may race: the first is sent,
/// the other dropped. It keeps its connection alive, so answering a client that has left is harmless.
/// Thread-safe.
class Exchange : public Pending, public std::enable_shared_from_this<Exchange> {
 public:
  using Clock = std::chrono::steady_clock;

  Exchange(Exchanges& all, std::shared_ptr<Connection> connection, const RawRequest& raw,
           std::chrono::milliseconds deadline);
  ~Exchange() override;

  /// The request, to be completed before `run`.
  Request request;
  const Route* route = nullptr;
  std::string_view method = "other";

  /// Runs gatekeeper and handler on this thread and responds. Does nothing after the deadline has responded.
  void run();
  void fail(const Problem& problem);
  /// Sets another deadline, counted from the request's arrival.
  void allow(std::chrono::milliseconds deadline) { request.deadline = Deadline(began_ + deadline); }
  void check(Clock::time_point now) override;

 private:
  void finish(Response response);
  void send(Response& response);
  void report(int status) const;

  Exchanges& all_;
  const std::shared_ptr<Connection> connection_;
  const Clock::time_point began_ = Clock::now();
  const bool keep_alive_;
  const bool head_only_;
  std::string path_;  ///< as received, for the log
  std::atomic<bool> started_{false};
  std::atomic<bool> answered_{false};
};

}  // namespace kit::http
