#include "operator/shop/credentials/certificates.hpp"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace shop {
namespace {

constexpr std::int64_t start = 1'800'000'000;
constexpr std::int64_t day = 86400;
const std::vector<std::string> names{"shop-postgres", "shop-postgres.shops.svc.cluster.local"};

std::shared_ptr<X509> parsed(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> buffer(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(buffer.get(), nullptr, nullptr, nullptr), X509_free};
}

/// What libpq does with sslmode=verify-full and this authority. The error's text; "" when it accepts.
std::string refusal(const std::string& ca, const std::string& server, const std::string& host,
                    std::int64_t now) {
  const auto authority = parsed(ca), certificate = parsed(server);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), authority.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_STORE_CTX_set_time(context.get(), 0, now);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context.get()), host.data(), host.size());
  if (X509_verify_cert(context.get()) == 1) return "";
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

TEST(Certificates, AreValidForTheNamesAndForNoOther) {
  const auto made = renewed({}, names, start);
  for (const auto& name : names) EXPECT_EQ(refusal(made.ca, made.server, name, start), "");
  EXPECT_EQ(refusal(made.ca, made.server, names[0], start - 60), "") << "a clock that is behind";
  EXPECT_EQ(refusal(made.ca, made.server, "shop-rabbitmq", start), "hostname mismatch");
  EXPECT_EQ(refusal(made.ca, made.server, names[0], start + 366 * day), "certificate has expired");
  const auto other = renewed({}, names, start);
  EXPECT_NE(refusal(other.ca, made.server, names[0], start), "") << "signed by another authority";
  EXPECT_NE(made.server_key, made.ca_key);
  EXPECT_EQ(X509_get_signature_nid(parsed(made.server).get()), NID_ecdsa_with_SHA256);
}

TEST(Certificates, AreKeptForTwoThirdsOfTheirLife) {
  const auto made = renewed({}, names, start);
  EXPECT_EQ(renewed(made, names, start), made);
  EXPECT_EQ(renewed(made, names, start + 243 * day), made);
  const auto later = renewed(made, names, start + 244 * day);
  EXPECT_EQ(later.ca, made.ca);
  EXPECT_EQ(later.ca_key, made.ca_key);
  EXPECT_NE(later.server, made.server);
  EXPECT_NE(later.server_key, made.server_key);
  EXPECT_EQ(refusal(made.ca, later.server, names[0], start + 365 * day), "") << "the authority is the same";
}

TEST(Certificates, OfARenewedAuthorityAreAcceptedByThoseThatHaveTheFormerOne) {
  const auto first = renewed({}, names, start);
  const auto late = start + 3650 * day / 3 * 2;
  const auto before = renewed(first, names, late - day);
  EXPECT_EQ(before.ca, first.ca);
  const auto after = renewed(before, names, late);
  EXPECT_NE(after.ca, first.ca);
  EXPECT_EQ(after.ca_key, first.ca_key);
  EXPECT_EQ(after.server, before.server) << "the server needs no new certificate";
  EXPECT_EQ(refusal(after.ca, before.server, names[0], late), "");
  const auto next = renewed(after, names, late + 300 * day);
  EXPECT_NE(next.server, before.server);
  EXPECT_EQ(refusal(first.ca, next.server, names[0], late + 300 * day), "");
  EXPECT_EQ(refusal(after.ca, next.server, names[0], late + 300 * day), "");
}

TEST(Certificates, AreReplacedForNewNamesAndWhenTheServersIsDamaged) {
  const auto made = renewed({}, names, start);
  const auto other = renewed(made, {"shop-postgres-order"}, start);
  EXPECT_EQ(other.ca, made.ca);
  EXPECT_EQ(refusal(other.ca, other.server, "shop-postgres-order", start), "");
  auto damaged = made;
  damaged.server = "no certificate";
  EXPECT_EQ(refusal(made.ca, renewed(damaged, names, start).server, names[0], start), "");
  damaged = made;
  damaged.server_key = made.ca_key;
  EXPECT_NE(renewed(damaged, names, start).server, made.server) << "the key is another one's";
  damaged = made;
  damaged.server = renewed({}, names, start).server;
  EXPECT_EQ(refusal(made.ca, renewed(damaged, names, start).server, names[0], start), "");
}

TEST(Certificates, RefuseAnAuthorityThatCannotBeRead) {
  const auto made = renewed({}, names, start);
  auto damaged = made;
  damaged.ca = "nonsense";
  EXPECT_THROW(renewed(damaged, names, start), std::invalid_argument);
  damaged = made;
  damaged.ca_key.clear();
  EXPECT_THROW(renewed(damaged, names, start), std::invalid_argument);
  damaged = made;
  damaged.ca_key = made.server_key;
  EXPECT_THROW(renewed(damaged, names, start), std::invalid_argument);
}

}  // namespace
}  // namespace shop
