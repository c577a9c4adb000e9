#pragma once
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace kit {

/// Runs a function repeatedly on a thread of its own, `pause` apart. An exception is logged and the next
/// round delayed by backoff, up to `longest`. The destructor requests the current round to stop and waits for
/// it.
class Periodic {
 public:
  struct Options {
    std::chrono::milliseconds pause;
    std::chrono::milliseconds longest;  ///< after failures; at least the pause
    std::string complaint;              ///< logged when a round fails: "orders cannot be recovered"
    /// A random addition to the pause, so that processes do not run at the same moment.
    std::chrono::milliseconds jitter = {};
  };
  /// Loops in `round` should check the token.
  using Round = std::function<void(const std::stop_token&)>;

  Periodic(Options options, Round round);

 private:
  std::jthread thread_;
};

}  // namespace kit
