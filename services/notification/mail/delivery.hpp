#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace notification {

/// How one try to hand a mail to the server ended.
struct Attempt {
  enum class Result {
    Accepted,   ///< the server has taken it
    Refused,    ///< for good: this mail to this address will not be taken
    Failed,     ///< not taken, may be tried again
    Uncertain,  ///< all was sent and then no answer came: it may have been taken
  };
  Result result = Result::Failed;
  std::string error;  ///< for people; without secrets
};

/// What the try ended as, from what is known of it. `complete`: the end of the mail was sent; `reply`: the
/// server's last reply code, 0 when there was none; `ok`: the client library was content.
Attempt::Result classify(bool ok, bool complete, int reply);

struct RetryPolicy {
  std::chrono::milliseconds first{30'000};
  std::chrono::milliseconds limit{15 * 60'000};
  int attempts = 40;  ///< with the defaults: some nine hours
};

/// The delay after `attempts` failed ones, with `jitter` in [0, 1). Returns nullopt when no more are allowed.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempts, double jitter);

}  // namespace notification
