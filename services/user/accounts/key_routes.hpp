#pragma once
#include "services/kit/identity/jwt.hpp"
#include "services/user/routing/routing.hpp"

#include <optional>
#include <string>

namespace user {

/// /.well-known/jwks.json: the public keys of access tokens
class KeyRoutes final {
 public:
  /// Without a file there are no keys.
  explicit KeyRoutes(const std::string& jwks_file) {
    if (!jwks_file.empty()) keys_.emplace(jwks_file);
  }
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;

  std::optional<kit::identity::KeyFile> keys_;
};

}  // namespace user
