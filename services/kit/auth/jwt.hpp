#pragma once
#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kit::auth {

/// A JSON Web Key, public or private; only what is used here: OKP/Ed25519 (RFC 8037) for access tokens, RSA (RS256) and
/// EC P-256 (ES256) for the cluster's ServiceAccount tokens.
struct Key {
  std::string kid;
  std::string algorithm;  ///< "EdDSA", "RS256", "ES256": pinned by the key, never taken from the token
  nlohmann::json jwk;
};

/// {"keys":[…]}; keys of other kinds are left out. Throws std::invalid_argument when it is no JWK set.
std::vector<Key> parse_jwks(std::string_view text);

/// A key set in a file that is mounted and changes (rotation): read again when the file's modification changes, looked at at
/// most once a second. Thread-safe.
class KeyFile {
 public:
  explicit KeyFile(std::string path);
  /// Throws std::runtime_error when it cannot be read the first time; later keeps the last good one.
  std::shared_ptr<const std::vector<Key>> keys() const;

 private:
  struct State;
  std::string path_;
  std::shared_ptr<State> state_;
};

struct Expectation {
  std::string issuer;    ///< empty: any
  std::string audience;  ///< must be among "aud"
  std::chrono::system_clock::time_point now;
  std::chrono::seconds leeway{30};
};

/// The claims of a compact JWS that is signed by one of `keys` (chosen by "kid", algorithm as pinned), not expired, not before its time, of
/// the expected issuer and audience. Nothing otherwise, whatever the reason. Tokens over 8 KiB are refused.
std::optional<nlohmann::json> verify(std::string_view token, const std::vector<Key>& keys, const Expectation& expect);

/// Signs with an Ed25519 private key (JWK with "d").
std::string sign_ed25519(const nlohmann::json& claims, const Key& key);

/// A new Ed25519 private JWK with a kid that is its RFC 7638 thumbprint; `public_part` strips "d".
Key generate_ed25519();
nlohmann::json public_part(const Key& key);

}  // namespace kit::auth
