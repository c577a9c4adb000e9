#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/db/page.hpp"
#include "services/kit/messaging/event.hpp"
#include "services/notification/content/notice.hpp"
#include "services/notification/mail/delivery.hpp"

#include <optional>
#include <string>

namespace notification {

/// A row as staff see it; never what was in the mail. Times are RFC 3339 UTC.
struct NotificationRecord {
  std::int64_t id = 0;
  std::string event_id;
  std::string kind;
  std::string about;
  std::optional<std::int64_t> user;
  Address to;
  std::string status;
  int attempts = 0;
  std::optional<std::int64_t> resend_of;
  std::string last_error;
  std::string created_at;
  std::optional<std::string> next_attempt_at;  ///< of one that is pending
  std::optional<std::string> sent_at;
};

/// What `read_record` reads, for a query on notifications.
#define NOTIFICATION_RECORD                                                                            \
  "id, event_id, kind, about, user_id, recipient_name, recipient_email, status, attempts, resend_of, " \
  "last_error, "                                                                                       \
  "to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at, "        \
  "case when status = 'pending' then "                                                                 \
  "to_char(next_attempt_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') end "              \
  "as next_attempt_at, "                                                                               \
  "to_char(sent_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as sent_at"

NotificationRecord read_record(const pqxx::row& row);

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
  kit::db::Page<NotificationRecord> page(std::optional<std::int64_t> before,
                                         const std::optional<std::string>& status, int limit,
                                         kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace notification
