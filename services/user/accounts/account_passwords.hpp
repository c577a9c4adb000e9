#pragma once
#include "services/kit/identity/password.hpp"
#include "services/kit/identity/principal.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/throttle/throttle_store.hpp"
#include "services/user/users/call_context.hpp"
#include "services/user/users/user_store.hpp"

#include <string>

namespace user {

/// Confirming and changing passwords. Thread-safe; runs argon2id, so only on heavy workers.
class AccountPasswords {
 public:
  AccountPasswords(kit::db::Database& database, const kit::identity::Passwords& passwords)
      : users_(database), accounts_(database), throttle_(database), passwords_(passwords) {}

  /// The hash of the caller's password when `password` is it. Throws WrongPassword, RateLimited after too
  /// many, GuestHasNoPassword, AccountGone.
  std::string confirm(const std::string& password, const kit::identity::Principal& caller,
                      kit::Deadline deadline);
  /// Ends the caller's other sessions. Throws WrongPassword, WeakPassword, RateLimited, AccountGone.
  void change(const PasswordChange& change, const kit::identity::Principal& caller,
              const CallContext& context);
  /// Ends all sessions. Throws InvalidMailToken, WeakPassword, RateLimited.
  void reset(const PasswordReset& reset, const CallContext& context);

 private:
  bool matches(const std::string& hash, const std::string& password, const kit::identity::Principal& caller,
               kit::Deadline deadline);

  UserStore users_;
  AccountStore accounts_;
  ThrottleStore throttle_;
  const kit::identity::Passwords& passwords_;
};

}  // namespace user
