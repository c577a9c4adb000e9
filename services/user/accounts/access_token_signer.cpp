#include "services/user/accounts/access_token_signer.hpp"

#include "services/kit/config/config.hpp"

#include <stdexcept>

namespace user {

AccessTokenSigner::AccessTokenSigner(const std::string& signing_file, TokenIssuer issuer)
    : keys_(signing_file), issuer_(std::move(issuer)) {
  try {
    if (signing_key(*keys_.keys())) return;
  } catch (const std::runtime_error& e) {
    throw kit::config::Error(std::string("auth.signing_file: ") + e.what());
  }
  throw kit::config::Error("auth.signing_file: " + signing_file + " has no Ed25519 private key");
}

std::string AccessTokenSigner::sign(const User& user, const std::string& session, double issued_at) const {
  const auto keys = keys_.keys();
  const auto* key = signing_key(*keys);
  if (!key) throw std::runtime_error("no key to sign access tokens with");
  return kit::identity::sign_ed25519(access_claims(user, session, issuer_, issued_at), *key);
}

}  // namespace user
