#pragma once
#include "services/user/accounts/sessions.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// /api/auth/login, refresh, logout
class SessionRoutes final {
 public:
  explicit SessionRoutes(Sessions& sessions) : sessions_(sessions) {}
  void add_to(Router& router) const;

 private:
  Response log_in(const Request& request) const;
  Response refresh(const Request& request) const;
  Response log_out(const Request& request) const;

  Sessions& sessions_;
};

}  // namespace user
