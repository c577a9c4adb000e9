#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace kit::identity {

/// A JSON Web Key, public or private; only what is used here: OKP/Ed25519 (RFC 8037) for access tokens, RSA
/// (RS256) and EC P-256 (ES256) for the cluster's ServiceAccount tokens. Only `parse_jwk` makes them, after
/// validation.
struct Key {
  std::string kid;
  std::string algorithm;  ///< "EdDSA", "RS256", "ES256": pinned by the key, never taken from the token
  nlohmann::json jwk;
  std::string ed25519;                      ///< EdDSA: the 32 bytes of the public key
  std::shared_ptr<evp_pkey_st> public_key;  ///< RS256, ES256: ready to verify with
};

/// Returns nullopt for a key of an unsupported type, use or strength, or a malformed one (RSA under 2048
/// bits, a point not on the curve, a "d" that does not belong to its "x").
std::optional<Key> parse_jwk(const nlohmann::json& jwk);

/// The keys of {"keys":[…]} that parse_jwk accepts. Throws std::invalid_argument when it is not a JWK set.
std::vector<Key> parse_jwks(std::string_view text);

/// A key set in a mounted file that is rotated: checked at most once a second and read again when it has
/// changed. Thread-safe.
class KeyFile {
 public:
  explicit KeyFile(std::string path);
  /// Throws std::runtime_error when it cannot be read at first; later the last valid set is kept.
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

/// The claims of a compact JWS that is signed by one of `keys` (by "kid", with the key's algorithm), within
/// its time, and of the expected issuer and audience. Returns nullopt otherwise, and for tokens over 8 KiB.
std::optional<nlohmann::json> verify(std::string_view token, const std::vector<Key>& keys,
                                     const Expectation& expect);

/// Signs with an Ed25519 private key (JWK with "d"). Throws std::invalid_argument for any other.
std::string sign_ed25519(const nlohmann::json& claims, const Key& key);

/// A new Ed25519 private JWK with a kid that is its RFC 7638 thumbprint; `public_part` strips "d".
Key generate_ed25519();
nlohmann::json public_part(const Key& key);

}  // namespace kit::identity
