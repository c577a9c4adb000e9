#pragma once
#include "services/user/accounts/registration.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// /users and /api/auth/register
class UserRoutes final {
 public:
  UserRoutes(const UserStore& users, Registration& registration)
      : users_(users), registration_(registration) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response add(const Request& request) const;
  Response sign_up(const Request& request) const;

  const UserStore& users_;
  Registration& registration_;
};

}  // namespace user
