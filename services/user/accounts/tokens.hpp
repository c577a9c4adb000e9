#pragma once
#include "services/kit/access/gatekeeper.hpp"
#include "services/kit/identity/jwt.hpp"
#include "services/user/accounts/user.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace user {

constexpr std::chrono::seconds ACCESS_LIFETIME{15 * 60};
/// From the login: a session ends then, however often it was refreshed.
constexpr std::chrono::hours SESSION_LIFETIME{30 * 24};
/// How long the tokens in mails count: to verify an address, to set a new password.
constexpr int VERIFY_HOURS = 24;
constexpr int RESET_HOURS = 1;

/// What an access token says, as services/kit/auth reads it: sub, role, sid, iss, aud, iat, exp. "iat" has
/// microseconds, so that a token can be told from those before a change of role.
nlohmann::json access_claims(const User& user, const std::string& session,
                             const kit::access::GateOptions& gate, double issued_at);

/// Signs access tokens with the first private key of a file that is rotated under us. Thread-safe.
class AccessTokens {
 public:
  /// Throws kit::config::Error when the file has no Ed25519 private key.
  AccessTokens(const std::string& signing_file, kit::access::GateOptions gate);
  std::string issue(const User& user, const std::string& session, double issued_at) const;

 private:
  kit::identity::KeyFile keys_;
  kit::access::GateOptions gate_;
};

/// 256 random bits, base64url: what the client holds of a refresh token, or is mailed.
std::string new_secret();
/// What is kept of it: SHA-256 in hex.
std::string secret_hash(std::string_view token);

}  // namespace user
