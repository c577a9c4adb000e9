#include "services/kit/time/deadline.hpp"

#include "services/kit/time/rfc3339.hpp"

#include <random>

namespace kit {

std::chrono::milliseconds Backoff::next() {
  // Jitter keeps replicas that failed together from trying again together; it needs no cryptographic
  // randomness.
  thread_local std::minstd_rand random{std::random_device{}()};
  auto wait = first_;
  for (int i = 0; i < tries_ && wait < limit_; ++i) wait *= 2;
  ++tries_;
  wait = std::min(wait, limit_);
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::int64_t>(wait.count() / 2, wait.count())(random));
}

std::string rfc3339(std::chrono::system_clock::time_point time) { return rfc3339(time, Fraction::Millis); }

}  // namespace kit
