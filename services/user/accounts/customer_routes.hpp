#pragma once
#include "services/user/accounts/account_store.hpp"
#include "services/user/routing/routing.hpp"
#include "services/user/users/user_store.hpp"

namespace user {

/// /api/customers as staff see it, and roles
class CustomerRoutes final {
 public:
  CustomerRoutes(const UserStore& users, AccountStore& accounts) : users_(users), accounts_(accounts) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response show(const Request& request) const;
  Response set_role(const Request& request) const;

  const UserStore& users_;
  AccountStore& accounts_;
};

}  // namespace user
