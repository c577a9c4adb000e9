#pragma once
#include "services/user/accounts/accounts.hpp"
#include "services/user/privacy/erasure_store.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// DELETE /api/customers/me and, by admins, /api/customers/{id}
class ErasureRoutes final {
 public:
  ErasureRoutes(ErasureStore& erasure, Accounts& accounts) : erasure_(erasure), accounts_(accounts) {}
  void add_to(Router& router) const;

 private:
  Response erase_me(const Request& request) const;
  Response erase(const Request& request) const;

  ErasureStore& erasure_;
  Accounts& accounts_;
};

}  // namespace user
