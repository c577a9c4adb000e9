#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"
#include "services/kit/identity/jwt.hpp"

#include <sodium.h>

#include <stdexcept>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace kit::identity {
namespace {

using Json = nlohmann::json;
using Parameters = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;

std::string text(const Json& jwk, const char* member) {
  const auto it = jwk.find(member);
  return it != jwk.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<std::string> octets(const Json& jwk, const char* member) {
  const auto encoded = text(jwk, member);
  if (encoded.empty()) return std::nullopt;
  return from_base64url(encoded);
}

const unsigned char* bytes(const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); }

std::shared_ptr<EVP_PKEY> make_key(const char* type, const Parameters& parameters) {
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> list(
      OSSL_PARAM_BLD_to_param(parameters.get()), OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (!list || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, list.get()) != 1)
    return nullptr;
  return {key, EVP_PKEY_free};
}

std::shared_ptr<EVP_PKEY> rsa_key(const Json& jwk) {
  const auto modulus = octets(jwk, "n");
  const auto exponent = octets(jwk, "e");
  if (!modulus || !exponent || modulus->size() > 1024 || exponent->size() > 8) return nullptr;
  using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
  const Number n(BN_bin2bn(bytes(*modulus), static_cast<int>(modulus->size()), nullptr), BN_free);
  const Number e(BN_bin2bn(bytes(*exponent), static_cast<int>(exponent->size()), nullptr), BN_free);
  // RFC 7518, 3.3: at least 2048 bits; an exponent that is even or 1 is invalid.
  if (!n || !e || BN_num_bits(n.get()) < 2048 || !BN_is_odd(e.get()) || BN_is_one(e.get())) return nullptr;
  const Parameters parameters(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(parameters.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(parameters.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return make_key("RSA", parameters);
}

std::shared_ptr<EVP_PKEY> p256_key(const Json& jwk) {
  const auto x = octets(jwk, "x");
  const auto y = octets(jwk, "y");
  if (text(jwk, "crv") != "P-256" || !x || !y || x->size() != 32 || y->size() != 32) return nullptr;
  const std::string point = "\x04" + *x + *y;
  const Parameters parameters(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_utf8_string(parameters.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(parameters.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return make_key("EC", parameters);  // fails when the point is not on the curve
}

/// The public key's bytes; empty when the JWK is invalid or its parts do not match.
std::string ed25519_key(const Json& jwk) {
  const auto x = octets(jwk, "x");
  if (text(jwk, "crv") != "Ed25519" || !x || x->size() != crypto_sign_PUBLICKEYBYTES) return {};
  if (jwk.contains("d")) {
    const auto seed = octets(jwk, "d");
    if (!seed || seed->size() != crypto_sign_SEEDBYTES) return {};
    unsigned char derived[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(derived, secret, bytes(*seed));
    sodium_memzero(secret, sizeof secret);
    if (sodium_memcmp(derived, x->data(), sizeof derived) != 0) return {};
  }
  return *x;
}

}  // namespace

std::optional<Key> parse_jwk(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  if (jwk.contains("use") && text(jwk, "use") != "sig") return std::nullopt;
  Key key{text(jwk, "kid"), {}, jwk, {}, nullptr};
  const auto type = text(jwk, "kty");
  if (type == "OKP") {
    key.algorithm = "EdDSA";
    key.ed25519 = ed25519_key(jwk);
  } else if (type == "RSA") {
    key.algorithm = "RS256";
    key.public_key = rsa_key(jwk);
  } else if (type == "EC") {
    key.algorithm = "ES256";
    key.public_key = p256_key(jwk);
  }
  if (key.ed25519.empty() && !key.public_key) return std::nullopt;
  if (jwk.contains("alg") && text(jwk, "alg") != key.algorithm) return std::nullopt;
  return key;
}

std::vector<Key> parse_jwks(std::string_view text) {
  const auto set = Json::parse(text, nullptr, false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array())
    throw std::invalid_argument("not a JWK set");
  std::vector<Key> keys;
  for (const auto& jwk : set["keys"])
    if (auto key = parse_jwk(jwk)) keys.push_back(std::move(*key));
  return keys;
}

Key generate_ed25519() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  unsigned char secret[crypto_sign_SECRETKEYBYTES];
  randombytes_buf(seed.data(), seed.size());
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_key.data()), secret, bytes(seed));
  sodium_memzero(secret, sizeof secret);
  const auto x = base64url(public_key);
  // RFC 7638: the required members in lexical order, without white space.
  const auto digest = sha256(R"({"crv":"Ed25519","kty":"OKP","x":")" + x + "\"}");
  return *parse_jwk({{"kty", "OKP"},
                     {"crv", "Ed25519"},
                     {"use", "sig"},
                     {"alg", "EdDSA"},
                     {"kid", base64url(digest)},
                     {"x", x},
                     {"d", base64url(seed)}});
}

Json public_part(const Key& key) {
  Json out = key.jwk;
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) out.erase(secret);
  return out;
}

}  // namespace kit::identity
