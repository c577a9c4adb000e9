#pragma once
#include <chrono>
#include <mutex>

namespace kit::http {

/// Fails calls at once for a while after several failures in a row, so that a service that is down does not
/// block its callers. Then one call probes it; when that fails too, the next pause is twice as long, up to a
/// limit. Thread-safe.
class CircuitBreaker {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    int failures = 5;  ///< in a row, that open it
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds limit{2000};  ///< of the pause: how long a recovered service may go unnoticed
  };

  CircuitBreaker() : CircuitBreaker(Options{}) {}
  explicit CircuitBreaker(Options options) : options_(options), pause_(options.first) {}

  /// Whether a call may be made now. Each allowed call must be followed by `succeeded`, `failed` or
  /// `undecided`.
  bool allow(Clock::time_point now);
  void succeeded();
  void failed(Clock::time_point now);
  /// The caller had too little time for a verdict on the service.
  void undecided();

 private:
  const Options options_;
  std::mutex lock_;
  int failures_ = 0;
  bool probing_ = false;
  std::chrono::milliseconds pause_;
  Clock::time_point open_until_{};
};

}  // namespace kit::http
