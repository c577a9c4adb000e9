#pragma once
#include <chrono>
#include <random>

namespace kit {

/// Random in [0, 1), for jitter; not for secrets. Thread-safe.
inline double random_fraction() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

/// A random duration from `least` to `most`, both included, for jitter.
template <class Rep, class Period>
std::chrono::duration<Rep, Period> random_between(std::chrono::duration<Rep, Period> least,
                                                  std::chrono::duration<Rep, Period> most) {
  const auto steps = static_cast<double>((most - least).count() + 1);
  return least + std::chrono::duration<Rep, Period>(static_cast<Rep>(random_fraction() * steps));
}

}  // namespace kit
