#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kit {

/// Waits for `time`; returns false as soon as `stop` is requested.
inline bool pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex lock;
  std::condition_variable_any stopped;
  std::unique_lock guard(lock);
  stopped.wait_for(guard, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace kit
