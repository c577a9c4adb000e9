#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/users/user.hpp"

#include <functional>
#include <optional>
#include <string>

namespace user {

/// Users as they see themselves.
struct Profile {
  User user;
  std::optional<std::string> pending_email;  ///< requested and not verified yet
};

struct ProfileChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

/// Names and addresses as users change them. Thread-safe.
class ProfileStore {
 public:
  explicit ProfileStore(kit::db::Database& database) : database_(database) {}

  std::optional<Profile> find(kit::UserId id, kit::Deadline deadline) const;

  /// Throws when the profile must not be changed; called with its row locked.
  using Check = std::function<void(const Profile& current)>;
  /// Returns the profile to be shown; nullopt when there is no such user. Changes cause user.changed. A new
  /// address of an account is pending until its token comes back (`verify`; user.verification_requested) or
  /// else counts at once. An address that another account has only causes a mail to its owner; what is shown
  /// is the same. Throws RateLimited after too many mails.
  std::optional<Profile> change(kit::UserId id, const ProfileChange& change, bool verify, const Check& check,
                                const CallContext& context);

  /// Takes over a new address by its mailed token. False when the token is unknown or expired or another
  /// account has the address by now; true again when repeated.
  bool verify(const std::string& token_hash, const CallContext& context);

 private:
  kit::db::Database& database_;
};

}  // namespace user
