#pragma once
#include "services/kit/identity/principal.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/threads/periodic.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace kit::identity {

/// Access tokens that are void before they expire.
struct RevocationList {
  struct User {
    UserId id;
    double issued_before = 0;  ///< tokens of this user with an earlier "iat" are void; seconds since 1970
  };
  std::vector<std::string> sessions;  ///< all tokens of these sessions ("sid") are void
  std::vector<User> users;
  std::string next;  ///< as `since` of the next request it gives newer entries (and some of these again)
};

/// Revocations, polled and kept in memory until the tokens concerned have expired. Tokens are refused within
/// PAUSE + JITTER of their revocation (and the time of one call). While the source is down it fails open:
/// newly revoked tokens stay valid until they expire, which is logged and shows in revocations_age_seconds.
/// Thread-safe. Metrics: revocations_known, revocations_age_seconds, revocations_failures_total.
class Revocations {
 public:
  /// How long a revocation is kept: the lifetime of an access token and the clock skew.
  static constexpr std::chrono::seconds KEEP{16 * 60};
  static constexpr std::chrono::milliseconds PAUSE{2000};
  static constexpr std::chrono::milliseconds JITTER{1000};

  /// `since` is the last list's `next`, at first empty. Throws when the list is not available.
  using Source = std::function<RevocationList(const std::string& since)>;

  /// Polls once before it returns, so that a restarted process knows earlier revocations.
  Revocations(Source source, Metrics& metrics, std::chrono::milliseconds pause = PAUSE,
              std::chrono::milliseconds jitter = JITTER);

  bool revoked(const Principal& who) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct User {
    double issued_before;
    Clock::time_point until;
  };
  void ask();
  void take(const RevocationList& list, Clock::time_point until);
  void forget(Clock::time_point now);

  Source source_;
  prometheus::Gauge& known_;
  prometheus::Counter& failures_;
  std::string next_;
  bool away_ = false;
  std::atomic<Clock::rep> heard_;
  mutable std::shared_mutex lock_;
  std::unordered_map<std::string, Clock::time_point> sessions_;
  std::unordered_map<UserId, User> users_;
  std::optional<Periodic> periodic_;  // last, so that its thread stops first
};

}  // namespace kit::identity
