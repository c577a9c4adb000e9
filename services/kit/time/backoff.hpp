#pragma once
#include "services/kit/time/random.hpp"

#include <chrono>

namespace kit {

/// Exponential backoff with jitter: the delay doubles from `first` to `longest`, and a random part of up to
/// its half is taken off, so that clients that failed together do not retry together. A value; not
/// thread-safe.
class Backoff {
 public:
  constexpr Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest) {}

  /// The delay after `failures` earlier ones (0 for the first), with `jitter` in [0, 1). Pure.
  constexpr std::chrono::milliseconds delay(int failures, double jitter) const {
    auto delay = first_;
    for (int i = 0; i < failures && delay < longest_; ++i) delay *= 2;
    if (delay > longest_) delay = longest_;
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(static_cast<double>(delay.count()) * (0.5 + jitter / 2)));
  }
  /// The same with random jitter.
  std::chrono::milliseconds delay(int failures) const { return delay(failures, random_fraction()); }

  /// The delay before the next try; longer each time until `reset()`, which is for after a success.
  std::chrono::milliseconds next() { return delay(failures_++); }
  void reset() { failures_ = 0; }

 private:
  std::chrono::milliseconds first_, longest_;
  int failures_ = 0;
};

}  // namespace kit
