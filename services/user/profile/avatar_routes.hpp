#pragma once
#include "services/user/profile/avatar_store.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

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

}  // namespace user
