#pragma once
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/profile/avatar_store.hpp"
#include "services/user/profile/profile_store.hpp"
#include "services/user/routing/routing.hpp"
#include "services/user/throttle/throttle_store.hpp"

namespace user {

/// /api/customers/me, to read and change
class ProfileRoutes final {
 public:
  ProfileRoutes(ProfileStore& profiles, bool verify_email)
      : profiles_(profiles), verify_email_(verify_email) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response change(const Request& request) const;

  ProfileStore& profiles_;
  bool verify_email_;
};

/// /api/customers/me/avatar
class AvatarRoutes final {
 public:
  explicit AvatarRoutes(AvatarStore& avatars) : avatars_(avatars) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response put(const Request& request) const;
  Response remove(const Request& request) const;

  AvatarStore& avatars_;
};

/// /api/auth/verify-email: addresses of new accounts and new addresses of accounts
class VerificationRoutes final {
 public:
  VerificationRoutes(AccountStore& accounts, ProfileStore& profiles, MailRequestStore& mail_requests,
                     ThrottleStore& throttle)
      : accounts_(accounts), profiles_(profiles), mail_requests_(mail_requests), throttle_(throttle) {}
  void add_to(Router& router) const;

 private:
  Response verify(const Request& request) const;
  Response resend(const Request& request) const;

  AccountStore& accounts_;
  ProfileStore& profiles_;
  MailRequestStore& mail_requests_;
  ThrottleStore& throttle_;
};

}  // namespace user
