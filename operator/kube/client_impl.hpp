#pragma once
// Internal to this library: calls with retries and metrics.
#include "operator/kube/client.hpp"
#include "operator/kube/transport.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kube {

class Client::Impl {
 public:
  Impl(Config config, ClientOptions options, kit::Metrics& metrics);

  /// An answer that is a success; otherwise throws ApiError. Tries again where that may help, and where
  /// `repeatable` allows it.
  Answer call(const Call& call, bool repeatable);
  std::unique_ptr<LineStream> open(const Call& call, std::chrono::milliseconds silence, std::stop_token stop);
  void cancel();
  Transport& transport() { return transport_; }

 private:
  Answer once(const Call& call, std::chrono::milliseconds timeout);
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

/// Whether a call that failed so may be sent again, given that it may be repeated at all (`repeatable`) or
/// only when it surely was not carried out.
bool may_retry(const ApiError& error, bool repeatable);

}  // namespace kube
