#pragma once
#include "services/user/routing/routing.hpp"
#include "services/user/users/revocation_store.hpp"
#include "services/user/users/user_store.hpp"

namespace user {

/// /internal/users and /internal/revocations, for the other services
class InternalUserRoutes final {
 public:
  InternalUserRoutes(const UserStore& users, const RevocationStore& revocations)
      : users_(users), revocations_(revocations) {}
  void add_to(Router& router) const;

 private:
  Response show(const Request& request) const;
  Response list_revocations(const Request& request) const;

  const UserStore& users_;
  const RevocationStore& revocations_;
};

}  // namespace user
