#pragma once
#include "services/user/accounts/account_passwords.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// /api/auth/password and /api/auth/password-reset
class PasswordRoutes final {
 public:
  PasswordRoutes(AccountPasswords& passwords, MailRequestStore& mail_requests)
      : passwords_(passwords), mail_requests_(mail_requests) {}
  void add_to(Router& router) const;

 private:
  Response change(const Request& request) const;
  Response request_reset(const Request& request) const;
  Response reset(const Request& request) const;

  AccountPasswords& passwords_;
  MailRequestStore& mail_requests_;
};

}  // namespace user
