#pragma once
#include "services/user/profile/profile_store.hpp"
#include "services/user/routing/routing.hpp"

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

}  // namespace user
