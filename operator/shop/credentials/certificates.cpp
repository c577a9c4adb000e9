#include "operator/shop/credentials/certificates.hpp"

#include <algorithm>
#include <ctime>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace shop {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Buffer = std::unique_ptr<BIO, decltype(&BIO_free)>;

// Clocks of other nodes may be behind the operator's.
constexpr std::int64_t clock_difference = 3600;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL cannot ") + what);
}

Key generate_key() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "generate a key");
  return key;
}

std::string content(const Buffer& buffer) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(buffer.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(const Key& key) {
  const Buffer buffer(BIO_new(BIO_s_mem()), BIO_free);
  require(
      buffer && PEM_write_bio_PrivateKey(buffer.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "write a key");
  return content(buffer);
}

std::string pem(const Certificate& certificate) {
  const Buffer buffer(BIO_new(BIO_s_mem()), BIO_free);
  require(buffer && PEM_write_bio_X509(buffer.get(), certificate.get()) == 1, "write a certificate");
  return content(buffer);
}

Buffer reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

/// Null when the text is no PEM of a private key without a passphrase.
Key read_key(const std::string& text) {
  char no_passphrase[] = "";
  const auto buffer = reader(text);
  return {PEM_read_bio_PrivateKey(buffer.get(), nullptr, nullptr, no_passphrase), EVP_PKEY_free};
}

Certificate read_certificate(const std::string& text) {
  const auto buffer = reader(text);
  return {PEM_read_bio_X509(buffer.get(), nullptr, nullptr, nullptr), X509_free};
}

std::int64_t unix_seconds(const ASN1_TIME* time) {
  std::tm parts{};
  require(ASN1_TIME_to_tm(time, &parts) == 1, "read the time of a certificate");
  return timegm(&parts);
}

/// Whether two thirds of its life are over.
bool due(const Certificate& certificate, std::int64_t now) {
  const auto begin = unix_seconds(X509_get0_notBefore(certificate.get()));
  const auto end = unix_seconds(X509_get0_notAfter(certificate.get()));
  return now >= begin + (end - begin) / 3 * 2;
}

bool valid_for(const Certificate& certificate, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const auto& name) {
    return X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1;
  });
}

void set_serial(X509* certificate) {
  unsigned char bytes[16];
  require(RAND_bytes(bytes, sizeof bytes) == 1, "generate a number");
  bytes[0] &= 0x7f;  // positive
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(bytes, sizeof bytes, nullptr), BN_free);
  require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)), "set a number");
}

void add_extension(X509* certificate, X509* issuer, int type, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, type, value.c_str()), X509_EXTENSION_free);
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

/// Unsigned, without extensions.
Certificate prepare(const char* name, const Key& key, std::int64_t now, std::int64_t seconds) {
  Certificate certificate(X509_new(), X509_free);
  require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "create a certificate");
  set_serial(certificate.get());
  require(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), now - clock_difference) &&
              ASN1_TIME_set(X509_getm_notAfter(certificate.get()), now + seconds) &&
              X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                         reinterpret_cast<const unsigned char*>(name), -1, -1, 0) == 1 &&
              X509_set_pubkey(certificate.get(), key.get()) == 1,
          "fill in a certificate");
  return certificate;
}

void sign(const Certificate& certificate, const Key& key) {
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "sign a certificate");
}

Certificate make_authority(const Key& key, std::int64_t now, std::int64_t seconds) {
  auto result = prepare("Shopkeeper databases", key, now, seconds);
  require(X509_set_issuer_name(result.get(), X509_get_subject_name(result.get())) == 1, "name an issuer");
  add_extension(result.get(), result.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(result.get(), result.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(result.get(), result.get(), NID_subject_key_identifier, "hash");
  sign(result, key);
  return result;
}

Certificate make_server(const Key& key, const Certificate& authority, const Key& authority_key,
                        const std::vector<std::string>& names, std::int64_t now, std::int64_t seconds) {
  auto result = prepare("PostgreSQL", key, now, seconds);
  require(X509_set_issuer_name(result.get(), X509_get_subject_name(authority.get())) == 1, "name an issuer");
  std::string hosts;
  for (const auto& name : names) hosts += (hosts.empty() ? "DNS:" : ",DNS:") + name;
  add_extension(result.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(result.get(), authority.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(result.get(), authority.get(), NID_ext_key_usage, "serverAuth");
  add_extension(result.get(), authority.get(), NID_authority_key_identifier, "keyid:always");
  add_extension(result.get(), authority.get(), NID_subject_alt_name, hosts);
  sign(result, authority_key);
  return result;
}

bool server_serves(const Certificates& certificates, const Key& authority_key,
                   const std::vector<std::string>& names, std::int64_t now) {
  const auto server = read_certificate(certificates.server);
  const auto key = read_key(certificates.server_key);
  return server && key && X509_check_private_key(server.get(), key.get()) == 1 &&
         X509_verify(server.get(), authority_key.get()) == 1 && valid_for(server, names) && !due(server, now);
}

}  // namespace

Certificates renewed(Certificates certificates, const std::vector<std::string>& names, std::int64_t now,
                     const CertificateTimes& times) {
  const bool fresh = certificates.ca.empty() && certificates.ca_key.empty();
  const auto authority_key = fresh ? generate_key() : read_key(certificates.ca_key);
  auto authority = fresh ? make_authority(authority_key, now, times.ca) : read_certificate(certificates.ca);
  if (!authority || !authority_key || X509_check_private_key(authority.get(), authority_key.get()) != 1)
    throw std::invalid_argument("no certificate authority with its private key");
  if (fresh) certificates.ca_key = pem(authority_key);
  const bool renew_authority = !fresh && due(authority, now);
  if (renew_authority) authority = make_authority(authority_key, now, times.ca);
  if (fresh || renew_authority) certificates.ca = pem(authority);
  if (server_serves(certificates, authority_key, names, now)) return certificates;
  const auto key = generate_key();
  certificates.server = pem(make_server(key, authority, authority_key, names, now, times.server));
  certificates.server_key = pem(key);
  return certificates;
}

}  // namespace shop
