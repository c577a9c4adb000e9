#include "services/user/accounts/tokens.hpp"

#include "services/kit/config/config.hpp"
#include "services/kit/encoding/base64.hpp"

#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace user {
namespace {

const kit::identity::Key& signing_key(const std::vector<kit::identity::Key>& keys) {
  const auto found = std::find_if(keys.begin(), keys.end(), [](const auto& key) {
    return key.algorithm == "EdDSA" && key.jwk.contains("d");
  });
  if (found == keys.end()) throw std::runtime_error("no Ed25519 private key to sign access tokens with");
  return *found;
}

}  // namespace

std::string new_secret() {
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return kit::base64url(bytes);
}

nlohmann::json access_claims(const User& user, const std::string& session, const TokenIssuer& issuer,
                             double issued_at) {
  return {{"iss", issuer.issuer},
          {"aud", issuer.audience},
          {"sub", std::to_string(user.id.value)},
          {"role", kit::identity::to_string(user.role)},
          {"sid", session},
          {"iat", issued_at},
          {"exp", static_cast<std::int64_t>(std::ceil(issued_at)) + ACCESS_LIFETIME.count()}};
}

AccessTokenSigner::AccessTokenSigner(const std::string& signing_file, TokenIssuer issuer)
    : keys_(signing_file), issuer_(std::move(issuer)) {
  try {
    signing_key(*keys_.keys());
  } catch (const std::runtime_error& e) {
    throw kit::config::Error(std::string("auth.signing_file: ") + e.what());
  }
}

std::string AccessTokenSigner::sign(const User& user, const std::string& session, double issued_at) const {
  const auto keys = keys_.keys();
  return kit::identity::sign_ed25519(access_claims(user, session, issuer_, issued_at), signing_key(*keys));
}

}  // namespace user
