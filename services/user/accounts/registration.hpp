#pragma once
#include "services/kit/identity/password.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/throttle/throttle_store.hpp"
#include "services/user/users/user_store.hpp"

#include <optional>

namespace user {

/// Adding users. Registering answers the same, in the same time, whether or not the address has an account
/// (unless addresses are not verified: then the new account can log in at once). Thread-safe; runs argon2id,
/// so only on heavy workers.
class Registration {
 public:
  /// With `verify_email` an account is added only when the token that was mailed comes back.
  Registration(kit::db::Database& database, const kit::identity::Passwords& passwords, bool verify_email)
      : users_(database),
        accounts_(database),
        mail_requests_(database),
        throttle_(database),
        passwords_(passwords),
        verify_email_(verify_email) {}

  kit::UserId add_guest(const NewUser& who, const CallContext& context);
  /// Throws RateLimited.
  void register_account(const NewUser& who, const CallContext& context);
  /// For staff, who may see which accounts there are: an account that can be used at once. Throws EmailTaken.
  kit::UserId add_account(const NewUser& who, const CallContext& context);

 private:
  UserStore users_;
  AccountStore accounts_;
  MailRequestStore mail_requests_;
  ThrottleStore throttle_;
  const kit::identity::Passwords& passwords_;
  bool verify_email_;
};

}  // namespace user
