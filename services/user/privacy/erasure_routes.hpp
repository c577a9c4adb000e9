#pragma once
#include "services/user/accounts/account_passwords.hpp"
#include "services/user/privacy/erasure_store.hpp"
#include "services/user/routing/routing.hpp"

#include <string>

namespace user {

/// DELETE /api/customers/me and, by admins, /api/customers/{id}
class ErasureRoutes final {
 public:
  ErasureRoutes(ErasureStore& erasure, AccountPasswords& passwords)
      : erasure_(erasure), passwords_(passwords) {}
  void add_to(Router& router) const;

 private:
  Response erase_me(const Request& request) const;
  Response erase(const Request& request) const;

  ErasureStore& erasure_;
  AccountPasswords& passwords_;
};

/// The password in `{"password"}`. Throws Problem 422 that names every wrong field.
std::string read_erasure(const nlohmann::json& body);

}  // namespace user
