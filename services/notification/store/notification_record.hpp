#pragma once
#include "services/notification/mail/address.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <pqxx/pqxx>

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

}  // namespace notification
