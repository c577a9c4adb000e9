#pragma once
#include "services/kit/db/database.hpp"
#include "services/notification/notices/record.hpp"

#include <optional>
#include <string>
#include <variant>

namespace notification::store {

/// Mails that are sent once more, because staff say so: a row of its own for each, which refers to the first.
class Resends {
 public:
  /// `sending`: there is a mail server.
  Resends(kit::db::Database& database, bool sending) : database_(database), sending_(sending) {}

  struct NotFound {};
  struct KeyReused {};  ///< the key came with another mail before
  struct Refused {
    std::string why;     ///< for people
    std::string status;  ///< of the notification that stands in the way
  };
  using Outcome = std::variant<Record, NotFound, KeyReused, Refused>;

  /// With the same `key` again: the notification that the first call made.
  Outcome resend(std::int64_t id, const std::optional<std::string>& key, const std::string& traceparent,
                 kit::Deadline deadline);

 private:
  kit::db::Database& database_;
  bool sending_;
};

}  // namespace notification::store
