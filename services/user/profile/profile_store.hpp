#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/user/profile/profile.hpp"

#include <functional>

namespace user::store {

/// Names and addresses of people, as they change them. Thread-safe.
class Profiles {
 public:
  explicit Profiles(kit::db::Database& database) : database_(database) {}

  std::optional<Profile> find(kit::UserId id, kit::Deadline deadline);

  /// What it throws passes, and nothing is changed.
  using Check = std::function<void(const Profile& present)>;
  /// The profile as it is then, to be shown; nothing when there is no such user. user.changed goes out where
  /// something did. A new address of an account is pending until its token comes back (`verify`; the mail is
  /// user.verification_requested), or else counts at once. Of an address that another account has, nothing
  /// comes but a word to its owner; what is shown is the same. Throws Problem 429 when too many mails were
  /// asked for.
  std::optional<Profile> change(kit::UserId id, const ProfileChange& change, bool verify, const Check& check,
                                const kit::http::Request& request);

  /// A token from such a mail. False when it is none, is over, or the address has another account meanwhile;
  /// true again for who asks twice.
  bool verify(const std::string& token_hash, const kit::http::Request& request);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
