#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/notification/mail/delivery.hpp"
#include "services/notification/notices/notice.hpp"
#include "services/notification/notices/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace notification::store {

/// A mail that a sender has taken on. (id, attempt) is the claim: what an earlier claimant of the row still
/// does has no effect.
struct Claim {
  std::int64_t id = 0;
  int attempt = 0;
  std::string event_id;
  std::string traceparent;
  Notice notice;
  bool expired = false;  ///< it came to be of no use before it could be sent
};

/// Notifications in the database. Thread-safe, and safe with several replicas.
class Notifications {
 public:
  explicit Notifications(kit::db::Database& database) : database_(database) {}

  /// Writes down what the event asks for, in the transaction that claims it; `send`: to be mailed. False when
  /// it was there, or the person was erased.
  static bool add(kit::db::Transaction& tx, const kit::messaging::Event& event, const Notice& notice,
                  bool send);

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
  struct Backlog {
    double count;
    double oldest_s;  ///< age of the oldest; 0 when there is none
  };
  /// What is pending or being sent.
  Backlog waiting();

  std::optional<Record> find(std::int64_t id, kit::Deadline deadline);

  /// Newest first, those with an id below `before`; of one status, or of any.
  std::vector<Record> page(std::optional<std::int64_t> before, const std::optional<std::string>& status,
                           int limit, kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace notification::store
