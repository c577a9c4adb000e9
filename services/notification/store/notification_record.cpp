#include "services/notification/store/notification_record.hpp"

#include "services/kit/db/params.hpp"

namespace notification {

NotificationRecord read_record(const pqxx::row& row) {
  return {row["id"].as<std::int64_t>(),
          row["event_id"].as<std::string>(),
          row["kind"].as<std::string>(),
          row["about"].as<std::string>(),
          row["user_id"].as<std::optional<std::int64_t>>(),
          {row["recipient_name"].as<std::string>(), row["recipient_email"].as<std::string>()},
          row["status"].as<std::string>(),
          row["attempts"].as<int>(),
          row["resend_of"].as<std::optional<std::int64_t>>(),
          row["last_error"].as<std::string>(),
          row["created_at"].as<std::string>(),
          row["next_attempt_at"].as<std::optional<std::string>>(),
          row["sent_at"].as<std::optional<std::string>>()};
}

}  // namespace notification
