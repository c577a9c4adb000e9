#include "services/kit/keys/signing_keys.hpp"

#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <sodium.h>

#include <stdexcept>
#include <string>

namespace kit {
namespace {

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

nlohmann::json generate_signing_key(std::int64_t created_at) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  std::string pub(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  randombytes_buf(seed.data(), seed.size());
  crypto_sign_seed_keypair(bytes(pub), bytes(secret), bytes(seed));
  const auto x = base64url(pub);
  // RFC 7638: the required members in lexicographic order, without white space.
  const auto kid = base64url(sha256(R"({"crv":"Ed25519","kty":"OKP","x":")" + x + "\"}"));
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"alg", "EdDSA"},       {"use", "sig"},
          {"kid", kid},   {"x", x},           {"d", base64url(seed)}, {"iat", created_at}};
}

nlohmann::json generate_signing_keys(std::int64_t created_at) {
  return {{"keys", nlohmann::json::array({generate_signing_key(created_at)})}};
}

nlohmann::json public_keys(const nlohmann::json& signing_keys) {
  const auto keys = signing_keys.is_object() ? signing_keys.find("keys") : signing_keys.end();
  if (!signing_keys.is_object() || keys == signing_keys.end() || !keys->is_array() || keys->empty())
    throw std::invalid_argument("no JWK set with at least one key");
  nlohmann::json result = {{"keys", nlohmann::json::array()}};
  for (auto key : *keys) {
    if (!key.is_object() || !key.contains("x")) throw std::invalid_argument("a key without its public part");
    key.erase("d");
    result["keys"].push_back(std::move(key));
  }
  return result;
}

}  // namespace kit
