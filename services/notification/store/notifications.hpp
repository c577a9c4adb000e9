#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/events/event.hpp"
#include "services/notification/domain/delivery.hpp"
#include "services/notification/domain/notice.hpp"

#include <optional>
#include <string>
#include <vector>

namespace notification::store {

/// A row as staff see it. Times are RFC 3339 UTC.
struct Record {
  std::int64_t id = 0;
  std::string event_id;
  std::string kind;
  std::string about;
  Address to;
  std::string status;
  int attempts = 0;
  std::string last_error;
  std::string created_at;
  std::optional<std::string> next_attempt_at;  ///< of one that is pending
  std::optional<std::string> sent_at;
};

/// A mail that a sender has taken on. (id, attempt) is the claim: what an earlier claimant of the row still
/// does has no effect.
struct Claim {
  std::int64_t id = 0;
  int attempt = 0;
  std::string event_id;
  std::string traceparent;
  Notice notice;
};

/// Notifications in the database. Thread-safe, and safe with several replicas.
class Notifications {
 public:
  explicit Notifications(kit::db::Database& database) : database_(database) {}

  /// Writes down what the event asks for, once however often it comes; `send`: to be mailed. False when it
  /// was there.
  bool add(const kit::events::Event& event, const Notice& notice, bool send);

  /// The mail that is due the longest, ours for `lease`.
  std::optional<Claim> claim(std::chrono::seconds lease);
  /// To be called just before the server is told that the mail is complete; from then on the mail is never
  /// sent again unless the server refuses it. False when the claim has run out: then it must not be
  /// completed.
  bool hand_over(const Claim& claim);
  /// How the claim ended; for one that Failed, `retry_in` is when to try again, nothing to give up.
  void finish(const Claim& claim, const Attempt& attempt, std::optional<std::chrono::milliseconds> retry_in);
  /// Takes up what senders left behind that died; returns how many.
  int recover();
  /// How many are pending or being sent.
  std::int64_t waiting();

  /// Newest first, those with an id below `before`; of one status, or of any.
  std::vector<Record> page(std::optional<std::int64_t> before, const std::optional<std::string>& status,
                           int limit, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace notification::store
