#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/users/user.hpp"

#include <optional>
#include <string>

namespace user {

/// Removes users with all their personal data, revokes their tokens and tells the other services
/// (user.erased). The id is drawn from a sequence and never used again. Anonymous counts of products bought
/// together stay. Thread-safe.
class ErasureStore {
 public:
  explicit ErasureStore(kit::db::Database& database) : database_(database) {}

  /// False when there is no such user or the account's password hash is not `password_hash` (nullopt: any).
  /// Throws LastAdmin.
  bool erase(kit::UserId id, const std::optional<std::string>& password_hash, const CallContext& context);

 private:
  kit::db::Database& database_;
};

}  // namespace user
