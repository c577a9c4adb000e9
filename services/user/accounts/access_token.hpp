#pragma once
#include "services/kit/identity/jwt.hpp"
#include "services/user/users/user.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace user {

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

/// The first Ed25519 private key; null when there is none.
const kit::identity::Key* signing_key(const std::vector<kit::identity::Key>& keys);

}  // namespace user
