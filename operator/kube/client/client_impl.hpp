#pragma once
// Internal to this library: calls with retries and metrics.
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/transport.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kube {

class Client::Impl {
 public:
  Impl(Config config, ClientOptions options, kit::Metrics& metrics);

  /// A successful response, else throws ApiError. Retries transient failures where `repeatable` allows it.
  Response call(const Call& call, bool repeatable);
  std::unique_ptr<LineStream> open(const Call& call, std::chrono::milliseconds silence, std::stop_token stop);
  void cancel();
  Transport& transport() { return transport_; }

 private:
  Response once(const Call& call, std::chrono::milliseconds timeout);
  void count(const std::string& method, const std::string& code);
  /// False when it was cancelled.
  bool pause(std::chrono::milliseconds time);

  Transport transport_;
  ClientOptions options_;
  kit::Metrics& metrics_;
  std::stop_source stop_;
  std::mutex pause_lock_;
  std::condition_variable_any paused_;
};

/// Whether to retry after this error. A call that is not `repeatable` is retried only when the server has
/// surely not executed it.
bool may_retry(const ApiError& error, bool repeatable);

}  // namespace kube
