#pragma once
#include <algorithm>
#include <chrono>
#include <string>

namespace kit {

/// The instant by which an answer must be given; handed down to everything that waits.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline in(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }
  /// What is left, never negative.
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(at_ - Clock::now()));
  }
  bool passed() const { return Clock::now() >= at_; }
  Clock::time_point at() const { return at_; }

 private:
  Clock::time_point at_;
};

/// Exponential backoff with full jitter and a limit; `reset()` after success.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds limit) : first_(first), limit_(limit) {}
  /// How long to wait before the next try: random in [d/2, d], d doubling from `first` to `limit`.
  std::chrono::milliseconds next();
  void reset() { tries_ = 0; }
  int tries() const { return tries_; }

 private:
  std::chrono::milliseconds first_, limit_;
  int tries_ = 0;
};

/// "2026-01-31T12:00:00.123Z" (RFC 3339, UTC, milliseconds).
std::string rfc3339(std::chrono::system_clock::time_point time);

}  // namespace kit
