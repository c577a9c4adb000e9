#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/ids.hpp"

#include <string>

namespace user {

/// Removes users with all their personal data, revokes their tokens and tells the other services
/// (user.erased). The id is drawn from a sequence and never used again. Anonymous counts of products bought
/// together stay. Thread-safe.
class ErasureStore {
 public:
  explicit ErasureStore(kit::db::Database& database) : database_(database) {}

  /// Throws UserNotFound, LastAdmin.
  void erase(kit::UserId id, const std::string& traceparent, kit::Deadline deadline);
  /// Throws AccountGone unless this is the account's password hash, LastAdmin.
  void erase_own(kit::UserId id, const std::string& password_hash, const std::string& traceparent,
                 kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user
