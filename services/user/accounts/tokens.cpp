#include "services/user/accounts/tokens.hpp"

#include "services/kit/config/config.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <sodium.h>

#include <cmath>
#include <stdexcept>

namespace user {
namespace {

const kit::identity::Key* first_private(const std::vector<kit::identity::Key>& keys) {
  for (const auto& key : keys)
    if (key.algorithm == "EdDSA" && key.jwk.contains("d")) return &key;
  return nullptr;
}

}  // namespace

nlohmann::json access_claims(const User& user, const std::string& session,
                             const kit::access::GateOptions& gate, double issued_at) {
  return {{"iss", gate.issuer},
          {"aud", gate.audience},
          {"sub", std::to_string(user.id.value)},
          {"role", kit::identity::to_string(user.role)},
          {"sid", session},
          {"iat", issued_at},
          {"exp", static_cast<std::int64_t>(std::ceil(issued_at)) + ACCESS_LIFETIME.count()}};
}

AccessTokens::AccessTokens(const std::string& signing_file, kit::access::GateOptions gate)
    : keys_(signing_file), gate_(std::move(gate)) {
  try {
    if (first_private(*keys_.keys())) return;
  } catch (const std::runtime_error& e) {
    throw kit::config::Error(std::string("auth.signing_file: ") + e.what());
  }
  throw kit::config::Error("auth.signing_file: " + signing_file + " has no Ed25519 private key");
}

std::string AccessTokens::issue(const User& user, const std::string& session, double issued_at) const {
  const auto keys = keys_.keys();
  const auto* key = first_private(*keys);
  if (!key) throw std::runtime_error("no key to sign access tokens with");
  return kit::identity::sign_ed25519(access_claims(user, session, gate_, issued_at), *key);
}

std::string new_secret() {
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return kit::base64url(bytes);
}

std::string secret_hash(std::string_view token) { return kit::sha256_hex(token); }

}  // namespace user
