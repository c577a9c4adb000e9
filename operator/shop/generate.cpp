#include "operator/shop/generate.hpp"

#include "operator/kube/object.hpp"
#include "operator/shop/digest.hpp"
#include "operator/shop/spec.hpp"
#include "services/kit/encoding/base64url.hpp"

#include <sodium.h>

#include <stdexcept>

namespace shop {
namespace {

void ready() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace

const std::vector<std::string>& password_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result{"postgres", "rabbitmq"};
    for (auto service : all_services) result.push_back(to_string(service));
    return result;
  }();
  return names;
}

std::string generate_password() {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  ready();
  std::string password;
  for (int i = 0; i < 32; ++i) password += letters[randombytes_uniform(letters.size())];
  return password;
}

nlohmann::json generate_signing_keys() {
  ready();
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  std::string pub(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  randombytes_buf(seed.data(), seed.size());
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(pub.data()),
                           reinterpret_cast<unsigned char*>(secret.data()),
                           reinterpret_cast<const unsigned char*>(seed.data()));
  auto x = kit::base64url(pub);
  // RFC 7638: the required members in lexicographic order, without white space.
  auto kid = kit::base64url(sha256(R"({"crv":"Ed25519","kty":"OKP","x":")" + x + "\"}"));
  return {{"keys",
           {{{"kty", "OKP"},
             {"crv", "Ed25519"},
             {"alg", "EdDSA"},
             {"use", "sig"},
             {"kid", kid},
             {"x", x},
             {"d", kit::base64url(seed)}}}}};
}

nlohmann::json public_keys(const nlohmann::json& signing_keys) {
  auto keys = signing_keys.is_object() ? signing_keys.find("keys") : signing_keys.end();
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

std::string rabbitmq_password_hash(const std::string& password) {
  auto salt = sha256("salt of " + password).substr(0, 4);
  return kube::base64(salt + sha256(salt + password));
}

}  // namespace shop
