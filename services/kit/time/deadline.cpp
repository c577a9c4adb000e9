#include "services/kit/time/deadline.hpp"

#include <array>
#include <cstdio>
#include <ctime>
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

std::string rfc3339(std::chrono::system_clock::time_point time) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = millis / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> day{};
  std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%s.%03dZ", day.data(), static_cast<int>(millis % 1000));
  return out.data();
}

}  // namespace kit
