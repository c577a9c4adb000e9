#pragma once
#include "services/user/accounts/access_token.hpp"

namespace user {

/// Signs access tokens with the first private key of a file, which is read again when it changes (key
/// rotation). Thread-safe.
class AccessTokenSigner {
 public:
  /// Throws kit::config::Error when the file has no Ed25519 private key.
  AccessTokenSigner(const std::string& signing_file, TokenIssuer issuer);
  std::string sign(const User& user, const std::string& session, double issued_at) const;

 private:
  kit::identity::KeyFile keys_;
  TokenIssuer issuer_;
};

}  // namespace user
