#pragma once
#include "services/kit/identity/jwt.hpp"
#include "services/user/users/user.hpp"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

namespace user {

/// 256 random bits, base64url: a refresh token or a token that is mailed. Only its SHA-256 is stored.
std::string new_secret();

constexpr std::chrono::seconds ACCESS_LIFETIME{15 * 60};

/// Who issues access tokens, and for whom; the gate of every service expects the same.
struct TokenIssuer {
  std::string issuer;
  std::string audience;
};

/// The claims of an access token, as services/kit/access reads them. "iat" has microseconds, so that a token
/// can be told from those before a change of role.
nlohmann::json access_claims(const User& user, const std::string& session, const TokenIssuer& issuer,
                             double issued_at);

/// Signs access tokens with the first Ed25519 private key of a file, which is read again when it changes (key
/// rotation). Thread-safe.
class AccessTokenSigner {
 public:
  /// Throws kit::config::Error when the file has no such key.
  AccessTokenSigner(const std::string& signing_file, TokenIssuer issuer);
  std::string sign(const User& user, const std::string& session, double issued_at) const;

 private:
  kit::identity::KeyFile keys_;
  TokenIssuer issuer_;
};

}  // namespace user
