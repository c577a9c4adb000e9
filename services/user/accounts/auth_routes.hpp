#pragma once
#include "services/user/accounts/accounts.hpp"
#include "services/user/accounts/sessions.hpp"
#include "services/user/routing/routing.hpp"

#include <optional>
#include <string>

namespace user {

/// Login, refresh, logout and passwords below /api/auth, and /.well-known/jwks.json: the public keys of
/// access tokens
class AuthRoutes final {
 public:
  /// Without a file there are no keys.
  AuthRoutes(Accounts& accounts, Sessions& sessions, MailRequestStore& mail_requests,
             const std::string& jwks_file)
      : accounts_(accounts), sessions_(sessions), mail_requests_(mail_requests) {
    if (!jwks_file.empty()) keys_.emplace(jwks_file);
  }
  void add_to(Router& router) const;

 private:
  Response list_keys(const Request& request) const;
  Response log_in(const Request& request) const;
  Response refresh(const Request& request) const;
  Response log_out(const Request& request) const;
  Response change_password(const Request& request) const;
  Response request_reset(const Request& request) const;
  Response reset_password(const Request& request) const;

  Accounts& accounts_;
  Sessions& sessions_;
  MailRequestStore& mail_requests_;
  std::optional<kit::identity::KeyFile> keys_;
};

}  // namespace user
