#include "services/notification/mail/delivery.hpp"

#include "services/kit/time/backoff.hpp"

#include <algorithm>

namespace notification {
namespace {

// Permanent replies to the mail and its addresses (RFC 5321, 4.2.3). Other 5xx replies concern the connection
// (login, no service), which an operator can repair.
constexpr int PERMANENT[] = {550, 551, 552, 553, 555, 556};

}  // namespace

Attempt::Result classify(bool ok, bool complete, int reply) {
  using enum Attempt::Result;
  if (ok) return Accepted;
  if (std::find(std::begin(PERMANENT), std::end(PERMANENT), reply) != std::end(PERMANENT)) return Refused;
  // Once the end was sent only a refusal proves that it was not accepted; 354 is still the reply to DATA.
  if (complete && reply < 400) return Uncertain;
  return Failed;
}

std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempts, double jitter) {
  if (attempts >= policy.attempts) return std::nullopt;
  return kit::Backoff(policy.first, policy.limit).delay(attempts - 1, jitter);
}

}  // namespace notification
