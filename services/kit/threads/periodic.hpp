#pragma once
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace kit {

/// Does something again and again on a thread of its own, `pause` apart; when it throws, says so in the log
/// and waits longer (backoff with jitter, to `longest`). The destructor asks a round under way to stop, and
/// waits for it.
class Periodic {
 public:
  struct Options {
    std::chrono::milliseconds pause;
    std::chrono::milliseconds longest;  ///< after failures; at least the pause
    std::string complaint;              ///< what is logged when a round fails: "orders cannot be taken up"
    /// Up to so much more, at random, so that many processes do not ask at once.
    std::chrono::milliseconds jitter = {};
  };
  /// `round` should look at the token where it loops.
  using Round = std::function<void(const std::stop_token&)>;

  Periodic(Options options, Round round);

 private:
  std::jthread thread_;
};

}  // namespace kit
