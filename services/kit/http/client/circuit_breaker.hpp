#pragma once
#include <chrono>
#include <mutex>

namespace kit::http {

/// Fails at once for a moment after several failures in a row, so that a service that is away costs its
/// callers nothing. After the moment one call goes through to see; when that fails too, the moment doubles up
/// to a limit. Thread-safe.
class CircuitBreaker {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    int failures = 5;  ///< in a row, that open it
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds limit{2000};  ///< how long a service that is back may go unnoticed
  };

  CircuitBreaker() : CircuitBreaker(Options{}) {}
  explicit CircuitBreaker(Options options) : options_(options), pause_(options.first) {}

  /// Whether a call may be made now. Each that may must be followed by `succeeded`, `failed` or `undecided`.
  bool allow(Clock::time_point now);
  void succeeded();
  void failed(Clock::time_point now);
  /// The caller had too little time for it to say anything of the service.
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
