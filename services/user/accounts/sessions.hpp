#pragma once
#include "services/kit/identity/password.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/session_store.hpp"
#include "services/user/accounts/tokens.hpp"
#include "services/user/throttle/throttle_store.hpp"

#include <string>

namespace user {

/// Logging in, staying logged in and logging out. Neither answers nor their time reveal whether an e-mail
/// address has an account. Thread-safe; log_in runs argon2id, so only on heavy workers.
class Sessions {
 public:
  Sessions(kit::db::Database& database, const kit::identity::Passwords& passwords,
           const AccessTokenSigner& signer)
      : accounts_(database),
        sessions_(database),
        throttle_(database),
        passwords_(passwords),
        issue_([&signer](const User& user, const std::string& session, double issued_at) {
          return signer.sign(user, session, issued_at);
        }) {}

  struct Tokens {
    std::string access;
    std::string refresh;
  };
  /// Throws WrongCredentials, the same for an unknown address, one that is not verified and a wrong password;
  /// RateLimited after too many of these.
  Tokens log_in(const Credentials& credentials, const CallContext& context);
  /// Throws InvalidRefreshToken, the same for every cause; a token that was used before ends its whole
  /// session.
  Tokens refresh(const std::string& refresh_token, kit::Deadline deadline);
  void log_out(const std::string& refresh_token, kit::Deadline deadline);

 private:
  AccountStore accounts_;
  SessionStore sessions_;
  ThrottleStore throttle_;
  const kit::identity::Passwords& passwords_;
  const SessionStore::Issue issue_;
};

}  // namespace user
