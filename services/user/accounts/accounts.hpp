#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/kit/identity/password.hpp"
#include "services/user/accounts/account_requests.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/accounts/session_store.hpp"
#include "services/user/accounts/throttle_store.hpp"
#include "services/user/accounts/tokens.hpp"
#include "services/user/accounts/user_store.hpp"
#include "services/user/profile/profile_store.hpp"

#include <optional>
#include <string>

namespace user::api {

/// Registering, logging in, staying logged in, and passwords. Nothing that it answers, and no time that it
/// takes, tells whether an e-mail address has an account (but for registering where addresses are not
/// verified: who registered can log in). Thread-safe; argon2id runs inside, so only on workers, and best on
/// heavy ones.
class Accounts {
 public:
  /// With `verify_email` an account is made only when somebody has brought the token that was mailed.
  Accounts(kit::db::Database& database, AccessTokens tokens, bool verify_email, kit::Metrics& metrics)
      : users_(database),
        sessions_(database),
        accounts_(database),
        mails_(database),
        profiles_(database),
        throttle_(database),
        tokens_(std::move(tokens)),
        passwords_(metrics),
        verify_email_(verify_email) {}

  /// The same whether or not the address has an account.
  void register_account(const NewUser& who, const kit::http::Request& request);
  /// By staff, who see the accounts anyway: can be used at once; nothing when the address has one already.
  std::optional<kit::UserId> create(const NewUser& who, const kit::http::Request& request);

  /// What the client holds from now on.
  struct Grant {
    std::string access_token;
    std::string refresh_token;
  };
  /// Throws Problem 401, the same for an unknown address, one that is not verified and a wrong password; 429
  /// after too many of these.
  Grant log_in(const Credentials& credentials, const kit::http::Request& request);
  /// Throws Problem 401, the same whatever is wrong; a token that was used before ends its whole session.
  Grant refresh(const std::string& refresh_token, const kit::http::Request& request);
  void log_out(const std::string& refresh_token, const kit::http::Request& request);

  /// Whether it is the password of who asks: its hash. Throws Problem 422 for a wrong one, 429 after too
  /// many, 409 for a guest, who has none.
  std::string confirm_password(const std::string& password, const kit::http::Request& request);
  /// Of who asks; ends the other sessions. Throws Problem 422 for a wrong present password.
  void change_password(const PasswordChange& change, const kit::http::Request& request);
  /// Ends all sessions. Throws Problem 422 for a token that is none, is over or was used.
  void reset_password(const PasswordReset& reset, const kit::http::Request& request);
  void request_reset(const std::string& email, const kit::http::Request& request);

  /// Of a new account or of a new address of one. Throws Problem 422 for a token that is none or is over.
  void verify_email(const std::string& token, const kit::http::Request& request);
  void resend_verification(const std::string& email, const kit::http::Request& request);

 private:
  store::Sessions::Issue issuer() const;
  bool is_password_of(kit::UserId user, const std::string& hash, const std::string& password,
                      const kit::http::Request& request);
  [[noreturn]] void refuse_token(const kit::http::Request& request);

  store::Users users_;
  store::Sessions sessions_;
  store::Accounts accounts_;
  store::MailRequests mails_;
  store::Profiles profiles_;
  store::Throttle throttle_;
  AccessTokens tokens_;
  kit::identity::Passwords passwords_;
  bool verify_email_;
};

}  // namespace user::api
