#pragma once
#include "services/user/accounts/accounts.hpp"
#include "services/user/accounts/session_store.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// /users and /api/auth/register
class UserRoutes final {
 public:
  UserRoutes(const UserStore& users, Accounts& accounts) : users_(users), accounts_(accounts) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response add(const Request& request) const;
  Response sign_up(const Request& request) const;

  const UserStore& users_;
  Accounts& accounts_;
};

/// /internal/users and /internal/revocations, for the other services
class InternalUserRoutes final {
 public:
  InternalUserRoutes(const UserStore& users, const SessionStore& sessions)
      : users_(users), sessions_(sessions) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response list_revocations(const Request& request) const;

  const UserStore& users_;
  const SessionStore& sessions_;
};

/// /api/customers as staff see it, roles, and DELETE /api/customers/me
class CustomerRoutes final {
 public:
  CustomerRoutes(const UserStore& users, AccountStore& store, Accounts& accounts)
      : users_(users), store_(store), accounts_(accounts) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response show(const Request& request) const;
  Response set_role(const Request& request) const;
  Response erase_me(const Request& request) const;
  Response erase(const Request& request) const;

  const UserStore& users_;
  AccountStore& store_;
  Accounts& accounts_;
};

}  // namespace user
