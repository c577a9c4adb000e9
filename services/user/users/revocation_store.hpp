#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/identity/revocations.hpp"

#include <string>

namespace user {

/// Access tokens that were revoked before their expiry. Thread-safe.
class RevocationStore {
 public:
  explicit RevocationStore(kit::db::Database& database) : database_(database) {}

  /// Revokes all access tokens that the user has, in the transaction that makes them void. Call it after the
  /// user's row is locked: tokens are signed under a share of that lock.
  static void revoke_user(kit::db::Transaction& tx, kit::UserId user);

  /// Revocations of the last Revocations::KEEP, or since the list whose `next` is `since`; some are repeated,
  /// since a transaction may become visible after one that began later. Throws InvalidRevocationCursor.
  kit::identity::RevocationList list(const std::string& since, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace user
