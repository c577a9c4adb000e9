#pragma once
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace kit::identity {

/// A JSON Web Key, public or private; only what is used here: OKP/Ed25519 (RFC 8037) for access tokens, RSA
/// (RS256) and EC P-256 (ES256) for the cluster's ServiceAccount tokens. Made by `parse_jwk`, so that what is
/// in it was checked.
struct Key {
  std::string kid;
  std::string algorithm;  ///< "EdDSA", "RS256", "ES256": pinned by the key, never taken from the token
  nlohmann::json jwk;
  std::string ed25519;                      ///< EdDSA: the 32 bytes of the public key
  std::shared_ptr<evp_pkey_st> public_key;  ///< RS256, ES256: ready to verify with
};

/// One key; nothing when it is of a kind, use or strength that is not taken here, or not well-formed (RSA
/// under 2048 bits, a point that is not on the curve, a "d" that does not belong to its "x").
std::optional<Key> parse_jwk(const nlohmann::json& jwk);

/// {"keys":[…]}; keys that parse_jwk does not take are left out. Throws std::invalid_argument when it is no
/// JWK set.
std::vector<Key> parse_jwks(std::string_view text);

/// A key set in a file that is mounted and changes (rotation): read again when the file changes, looked at at
/// most once a second. Thread-safe.
class KeyFile {
 public:
  explicit KeyFile(std::string path);
  /// Throws std::runtime_error when it cannot be read the first time; later keeps the last good one.
  std::shared_ptr<const std::vector<Key>> keys() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

struct Expectation {
  std::string issuer;    ///< empty: any
  std::string audience;  ///< must be among "aud"
  std::chrono::system_clock::time_point now;
  std::chrono::seconds leeway{30};
};

/// The claims of a compact JWS that is signed by one of `keys` (chosen by "kid", algorithm as pinned), not
/// expired, not before its time, of the expected issuer and audience. Nothing otherwise, whatever the reason.
/// Tokens over 8 KiB are refused.
std::optional<nlohmann::json> verify(std::string_view token, const std::vector<Key>& keys,
                                     const Expectation& expect);

/// Signs with an Ed25519 private key (JWK with "d"). Throws std::invalid_argument for any other.
std::string sign_ed25519(const nlohmann::json& claims, const Key& key);

/// A new Ed25519 private JWK with a kid that is its RFC 7638 thumbprint; `public_part` strips "d".
Key generate_ed25519();
nlohmann::json public_part(const Key& key);

}  // namespace kit::identity
