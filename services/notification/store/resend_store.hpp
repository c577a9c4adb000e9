#pragma once
#include "services/notification/store/notification_store.hpp"

namespace notification {

/// Mails that staff have sent once more: each is a row of its own that refers to the first. Thread-safe.
class ResendStore {
 public:
  /// `sending`: there is a mail server.
  ResendStore(kit::db::Database& database, bool sending) : database_(database), sending_(sending) {}

  /// Returns the new notification; with a `key` that came before, the one that its first call made. Throws
  /// NotificationNotFound, ResendRefused, kit::db::KeyReused.
  NotificationRecord resend(std::int64_t id, const std::optional<std::string>& key,
                            const std::string& traceparent, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
  const bool sending_;
};

}  // namespace notification
