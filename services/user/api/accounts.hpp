#pragma once
#include "services/kit/auth/password.hpp"
#include "services/kit/http/message.hpp"
#include "services/user/domain/tokens.hpp"
#include "services/user/store/sessions.hpp"
#include "services/user/store/users.hpp"

#include <optional>
#include <string>

namespace user::api {

/// Registering, logging in and staying logged in. Nothing that it answers, and no time that it takes beyond a
/// transaction's, tells whether an e-mail address has an account. Thread-safe; argon2id runs inside, so only
/// on workers.
class Accounts {
 public:
  Accounts(store::Users& users, store::Sessions& sessions, AccessTokens tokens, kit::Metrics& metrics)
      : users_(users), sessions_(sessions), tokens_(std::move(tokens)), passwords_(metrics) {}

  /// The new account's id; nothing when the e-mail address has one already.
  std::optional<kit::UserId> create(const NewUser& who, const kit::http::Request& request);

  /// What the client holds from now on.
  struct Grant {
    std::string access_token;
    std::string refresh_token;
  };
  /// Throws Problem 401, the same for an unknown address and a wrong password.
  Grant log_in(const Credentials& credentials, const kit::http::Request& request);
  /// Throws Problem 401, the same whatever is wrong; a token that was used before ends its whole session.
  Grant refresh(const std::string& refresh_token, const kit::http::Request& request);
  void log_out(const std::string& refresh_token, const kit::http::Request& request);

 private:
  store::Users& users_;
  store::Sessions& sessions_;
  AccessTokens tokens_;
  kit::auth::Passwords passwords_;
};

}  // namespace user::api
