#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace notification {

/// The result of one attempt to hand a mail to the server.
struct Attempt {
  enum class Result {
    Accepted,   ///< by the server
    Refused,    ///< permanently: no retry will succeed
    Failed,     ///< not accepted; may be retried
    Uncertain,  ///< everything was sent but no reply came: it may have been accepted
  };
  Result result = Result::Failed;
  std::string error;  ///< readable, without secrets
};

/// The result of a transfer. `ok`: the client library reported success; `complete`: the end of the mail was
/// sent; `reply`: the server's last reply code, 0 without one.
Attempt::Result classify(bool ok, bool complete, int reply);

struct RetryPolicy {
  std::chrono::milliseconds first{30'000};
  std::chrono::milliseconds limit{15 * 60'000};
  int attempts = 40;  ///< with the defaults: some nine hours
};

/// The delay after `attempts` failed ones, with `jitter` in [0, 1). Returns nullopt when no more are allowed.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempts, double jitter);

}  // namespace notification
