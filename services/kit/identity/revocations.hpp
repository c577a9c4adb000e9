#pragma once
#include "services/kit/identity/principal.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/threads/periodic.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit::identity {

/// Access tokens that count no more although they have not expired.
struct RevocationList {
  struct User {
    UserId id;
    double issued_before = 0;  ///< tokens of this user with an earlier "iat" are void; seconds since 1970
  };
  std::vector<std::string> sessions;  ///< all tokens of these sessions ("sid") are void
  std::vector<User> users;
  std::string next;  ///< given back, the answer is what came since (and a little of what came before)
};

/// {"sessions":["…"],"users":[{"id":1,"issued_before":"2026-01-31T12:00:00.123456Z"}],"next":"…"}
nlohmann::json to_json(const RevocationList& list);
/// Throws std::invalid_argument when it is none.
RevocationList parse_revocations(const nlohmann::json& body);

/// What was revoked, asked for again and again and kept in memory until no such token can be alive. Tokens
/// are refused within PAUSE + JITTER of their revocation (and the time of one call). While the source is
/// away it fails open: what was revoked since counts until its expiry, which is said in the log and seen in
/// revocations_age_seconds. Thread-safe. Metrics: revocations_known, revocations_age_seconds,
/// revocations_failures_total.
class Revocations {
 public:
  /// How long a revocation matters: the life of an access token and the skew of clocks.
  static constexpr std::chrono::seconds KEEP{16 * 60};
  static constexpr std::chrono::milliseconds PAUSE{2000};
  static constexpr std::chrono::milliseconds JITTER{1000};

  /// `since` is the last list's `next`, at first empty. Throws when it cannot be had.
  using Source = std::function<RevocationList(const std::string& since)>;

  /// Asks once before it returns, so that a process that was restarted knows what was revoked before.
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
  std::optional<Periodic> periodic_;  // last: it stops before what it uses goes
};

}  // namespace kit::identity
