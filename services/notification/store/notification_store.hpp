#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/notification/content/notice.hpp"
#include "services/notification/mail/delivery.hpp"
#include "services/notification/store/notification_record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace notification {

/// A mail that a sender has claimed. (id, attempt) is its fencing token: writes of an earlier claim have no
/// effect.
struct Claim {
  std::int64_t id = 0;
  int attempt = 0;
  std::string event_id;
  std::string traceparent;
  Notice notice;
  bool expired = false;  ///< the token in it expired before it could be sent
};

/// Notifications in the database. Thread-safe, and safe with several replicas.
class NotificationStore {
 public:
  explicit NotificationStore(kit::db::Database& database) : database_(database) {}

  /// Inserts the event's notification, in the transaction that claims the event; `send`: as pending, else as
  /// recorded and without its token. Returns false when there is one for the event already or the recipient
  /// was erased.
  static bool add(kit::db::Transaction& tx, const kit::messaging::Event& event, const Notice& notice,
                  bool send);

  /// Claims the mail that is due longest for `lease`; returns nullopt when none is due.
  std::optional<Claim> claim(std::chrono::seconds lease);
  /// To be called just before the end-of-data marker is sent to the mail server: from then on the mail is
  /// sent again only if the server refuses it. Returns false when the claim has expired; the mail must then
  /// not be completed.
  bool hand_over(const Claim& claim);
  /// Writes the attempt's result; for a Failed one `retry_in` is the delay to the next attempt, nullopt gives
  /// up.
  void finish(const Claim& claim, const Attempt& attempt, std::optional<std::chrono::milliseconds> retry_in);
  /// Releases the expired claims of senders that ended; returns how many.
  int recover();
  struct Backlog {
    double count;
    double oldest_s;  ///< age of the oldest; 0 when there is none
  };
  /// Mails that are pending or being sent.
  Backlog backlog() const;

  /// Throws NotificationNotFound.
  NotificationRecord find(std::int64_t id, kit::Deadline deadline) const;

  /// Newest first, with an id below `before`; of one status or of any.
  std::vector<NotificationRecord> page(std::optional<std::int64_t> before,
                                       const std::optional<std::string>& status, int limit,
                                       kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace notification
