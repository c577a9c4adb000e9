#pragma once
#include <atomic>
#include <chrono>
#include <initializer_list>

namespace kit {

/// Stops a thread that waits on sockets: `stop` may be called from any thread and wakes it at once.
class StopSignal {
 public:
  StopSignal();  ///< throws std::system_error
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void stop();
  bool stopped() const { return stopped_; }
  /// Waits until stopped, one of `sockets` is readable, or `time` has passed.
  void wait(std::chrono::milliseconds time, std::initializer_list<int> sockets = {}) const;

 private:
  int event_;
  std::atomic<bool> stopped_{false};
};

}  // namespace kit
