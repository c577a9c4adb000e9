#include "services/kit/identity/jwt.hpp"

#include "services/kit/encoding/base64.hpp"
#include "services/kit/identity/signature.hpp"
#include "services/kit/json/reader.hpp"

#include <sodium.h>

#include <stdexcept>

namespace kit::identity {
namespace {

using Json = nlohmann::json;

constexpr std::size_t MAX_TOKEN = std::size_t{8} * 1024;

struct Parts {
  std::string_view header, payload, signature, signed_part;
};

std::optional<Parts> split(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

/// A JSON object without repeated members, which parsers would resolve differently.
std::optional<Json> object(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text) return std::nullopt;
  try {
    auto value = json::parse(*text);
    if (value.is_object()) return value;
  } catch (const Problem&) {
    return std::nullopt;
  }
  return std::nullopt;
}

bool signed_by_one(const Parts& parts, const Json& header, const std::vector<Key>& keys) {
  if (header.contains("crit")) return false;  // RFC 7515, 4.1.11: no extension is supported
  const auto alg = header.find("alg");
  const auto kid = header.find("kid");
  if (alg == header.end() || !alg->is_string()) return false;
  if (kid != header.end() && !kid->is_string()) return false;
  const auto signature = from_base64url(parts.signature);
  if (!signature) return false;
  const std::string wanted = kid == header.end() ? std::string() : kid->get<std::string>();
  for (const auto& key : keys)
    if (key.kid == wanted && key.algorithm == alg->get_ref<const std::string&>() &&
        signature_valid(key, parts.signed_part, *signature))
      return true;
  return false;
}

bool in_time(const Json& claims, const Expectation& expect) {
  const double now = std::chrono::duration<double>(expect.now.time_since_epoch()).count();
  const double leeway = std::chrono::duration<double>(expect.leeway).count();
  const auto exp = claims.find("exp");
  if (exp == claims.end() || !exp->is_number() || now - leeway >= exp->get<double>()) return false;
  const auto nbf = claims.find("nbf");
  return nbf == claims.end() || (nbf->is_number() && now + leeway >= nbf->get<double>());
}

bool for_us(const Json& claims, const Expectation& expect) {
  if (!expect.issuer.empty()) {
    const auto iss = claims.find("iss");
    if (iss == claims.end() || *iss != expect.issuer) return false;
  }
  const auto aud = claims.find("aud");
  if (aud == claims.end()) return false;
  if (aud->is_string()) return *aud == expect.audience;
  if (!aud->is_array()) return false;
  return std::any_of(aud->begin(), aud->end(), [&](const Json& one) { return one == expect.audience; });
}

}  // namespace

std::optional<Json> verify(std::string_view token, const std::vector<Key>& keys, const Expectation& expect) {
  if (token.size() > MAX_TOKEN) return std::nullopt;
  const auto parts = split(token);
  if (!parts) return std::nullopt;
  const auto header = object(parts->header);
  if (!header || !signed_by_one(*parts, *header, keys)) return std::nullopt;
  auto claims = object(parts->payload);
  if (!claims || !in_time(*claims, expect) || !for_us(*claims, expect)) return std::nullopt;
  return claims;
}

std::string sign_ed25519(const Json& claims, const Key& key) {
  const auto seed = key.jwk.contains("d") && key.jwk["d"].is_string()
                        ? from_base64url(key.jwk["d"].get<std::string>())
                        : std::nullopt;
  if (key.algorithm != "EdDSA" || !seed || seed->size() != crypto_sign_SEEDBYTES)
    throw std::invalid_argument("not an Ed25519 private key");
  Json header = {{"alg", "EdDSA"}, {"typ", "JWT"}};
  if (!key.kid.empty()) header["kid"] = key.kid;
  const auto message = base64url(header.dump()) + "." + base64url(claims.dump());
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  unsigned char secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_seed_keypair(public_key, secret, reinterpret_cast<const unsigned char*>(seed->data()));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(), secret);
  sodium_memzero(secret, sizeof secret);
  return message + "." + base64url(signature);
}

}  // namespace kit::identity
