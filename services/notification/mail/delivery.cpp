#include "services/notification/mail/delivery.hpp"

#include "services/kit/time/backoff.hpp"

#include <algorithm>

namespace notification {
namespace {

// Replies in answer to the mail and its addresses that no repetition changes (RFC 5321, 4.2.3). Others of the
// kind 5xx tell of the connection (login, no service here), which somebody may mend.
constexpr int FOR_GOOD[] = {550, 551, 552, 553, 555, 556};

}  // namespace

Attempt::Result classify(bool ok, bool complete, int reply) {
  using enum Attempt::Result;
  if (ok) return Accepted;
  if (std::find(std::begin(FOR_GOOD), std::end(FOR_GOOD), reply) != std::end(FOR_GOOD)) return Refused;
  // After the end of the mail only a refusal says that it was not taken; 354 was the reply to DATA, so none
  // came since.
  if (complete && reply < 400) return Uncertain;
  return Failed;
}

std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempts, double jitter) {
  if (attempts >= policy.attempts) return std::nullopt;
  return kit::Backoff(policy.first, policy.limit).delay(attempts - 1, jitter);
}

}  // namespace notification
