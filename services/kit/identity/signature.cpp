#include "services/kit/identity/signature.hpp"

#include <sodium.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>

namespace kit::identity {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool ed25519_valid(const Key& key, std::string_view message, std::string_view signature) {
  return key.ed25519.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes(signature), bytes(message), message.size(), bytes(key.ed25519)) ==
             0;
}

bool sha256_valid(const Key& key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return context && key.public_key &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

/// JWS concatenates r and s (RFC 7518, 3.4), OpenSSL takes DER.
std::string ecdsa_der(std::string_view signature) {
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> sig(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes(signature), 32, nullptr);
  BIGNUM* s = BN_bin2bn(bytes(signature) + 32, 32, nullptr);
  if (!sig || !r || !s || ECDSA_SIG_set0(sig.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(sig.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

}  // namespace

bool signature_valid(const Key& key, std::string_view message, std::string_view signature) {
  if (key.algorithm == "EdDSA") return ed25519_valid(key, message, signature);
  if (key.algorithm == "RS256") return sha256_valid(key, message, signature);
  if (key.algorithm == "ES256")
    return signature.size() == 64 && sha256_valid(key, message, ecdsa_der(signature));
  return false;
}

}  // namespace kit::identity
