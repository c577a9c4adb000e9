#pragma once
#include "services/kit/identity/password.hpp"
#include "services/kit/identity/principal.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/throttle/throttle_store.hpp"
#include "services/user/users/user_store.hpp"

#include <string>

namespace user {

/// Adding users, and confirming and changing passwords. Registering answers the same, in the same time,
/// whether or not the address has an account (unless addresses are not verified: then the new account can log
/// in at once). Thread-safe; runs argon2id, so only on heavy workers.
class Accounts {
 public:
  /// With `verify_email` an account is added only when the token that was mailed comes back.
  Accounts(kit::db::Database& database, const kit::identity::Passwords& passwords, bool verify_email)
      : database_(database), passwords_(passwords), verify_email_(verify_email) {}

  kit::UserId add_guest(const NewUser& who, const CallContext& context);
  /// Throws RateLimited.
  void register_account(const NewUser& who, const CallContext& context);
  /// For staff, who may see which accounts there are: an account that can be used at once. Throws EmailTaken.
  kit::UserId add_account(const NewUser& who, const CallContext& context);

  /// The hash of the caller's password when `password` is it. Throws WrongPassword, RateLimited after too
  /// many, GuestHasNoPassword, AccountGone.
  std::string confirm_password(const std::string& password, const kit::identity::Principal& caller,
                               kit::Deadline deadline);
  /// Ends the caller's other sessions. Throws WrongPassword, WeakPassword, RateLimited, AccountGone.
  void change_password(const PasswordChange& change, const kit::identity::Principal& caller,
                       const CallContext& context);
  /// Ends all sessions. Throws InvalidMailToken, WeakPassword, RateLimited.
  void reset_password(const PasswordReset& reset, const CallContext& context);

 private:
  bool matches(const std::string& hash, const std::string& password, const kit::identity::Principal& caller,
               kit::Deadline deadline);

  kit::db::Database& database_;
  UserStore users_{database_};
  AccountStore accounts_{database_};
  MailRequestStore mail_requests_{database_};
  ThrottleStore throttle_{database_};
  const kit::identity::Passwords& passwords_;
  bool verify_email_;
};

}  // namespace user
