#include "operator/shop/desired/database_tls.hpp"

#include "operator/shop/testing/test_shop.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

std::string ssl_mode(TestShop& shop, const std::string& kind, const std::string& name) {
  const auto mode = named(container_of(shop.cluster.at(kind, name))["env"], "PGSSLMODE");
  return mode.is_null() ? "" : mode["value"].get<std::string>();
}

/// As an operator without TLS left the Shop.
void remove_tls(TestShop& shop) {
  auto& server = shop.cluster.at("StatefulSet", "shop-postgres");
  auto& volumes = server["spec"]["template"]["spec"]["volumes"];
  volumes.erase(std::find_if(volumes.begin(), volumes.end(),
                             [](const Json& each) { return each["name"] == "certificate"; }));
  server["metadata"]["annotations"][applied_annotation] = "of the operator before";
  shop.cluster.objects.erase({"Secret", "shop-certificates"});
  for (const auto& job : shop.cluster.names("Job")) shop.cluster.objects.erase({"Job", job});
  shop.cluster.at("ConfigMap", "shop-keys")["data"].erase("database-ca.crt");
  for (const auto& service : all_services) {
    auto& deployment = shop.cluster.at("Deployment", "shop-" + to_string(service));
    auto& env = deployment["spec"]["template"]["spec"]["containers"][0]["env"];
    env.erase(
        std::remove_if(env.begin(), env.end(),
                       [](const Json& each) { return each["name"].get<std::string>().starts_with("PGSSL"); }),
        env.end());
    deployment["metadata"]["annotations"][applied_annotation] = "of the operator before";
  }
}

TEST(DatabaseTls, ANewShopHasItFromTheStart) {
  TestShop shop;
  shop.settle();
  EXPECT_TRUE(has_tls(shop.cluster.at("StatefulSet", "shop-postgres")));
  for (const auto& service : all_services)
    EXPECT_EQ(ssl_mode(shop, "Deployment", "shop-" + to_string(service)), "verify-full");
  EXPECT_EQ(shop.cluster.at("ConfigMap", "shop-keys")["data"]["database-ca.crt"],
            decoded(shop.cluster.at("Secret", "shop-certificates"), "ca.crt"));
  EXPECT_EQ(shop.cluster.names("Job").size(), 5u) << "each has run once";
}

TEST(DatabaseTls, ServicesOfAnEarlierShopAskForItWhenTheServerHasIt) {
  TestShop shop;
  shop.settle();
  remove_tls(shop);
  shop.restart();
  for (int i = 0; i < 3; ++i) {
    shop.reconcile();
    // The server restarts and is not back yet.
    EXPECT_TRUE(has_tls(shop.cluster.at("StatefulSet", "shop-postgres")));
    EXPECT_EQ(ssl_mode(shop, "Deployment", "shop-user"), "") << "it would not find the server";
  }
  EXPECT_EQ(shop.reason("DatabaseReady"), "RestartingDatabase");
  shop.settle();
  EXPECT_EQ(ssl_mode(shop, "Deployment", "shop-user"), "verify-full");
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(DatabaseTls, ServicesDoNotAskForItWhileTheServersRestartWaits) {
  TestShop shop;
  shop.settle();
  remove_tls(shop);
  shop.restart();
  shop.cluster.at("Deployment", "shop-order")["status"]["updatedReplicas"] = 0;
  for (int i = 0; i < 3; ++i) {
    shop.reconcile();
    for (const auto& job : shop.cluster.names("Job")) EXPECT_EQ(ssl_mode(shop, "Job", job), "");
    for (const auto& service : all_services)
      EXPECT_EQ(ssl_mode(shop, "Deployment", "shop-" + to_string(service)), "");
  }
  EXPECT_EQ(shop.reason("DatabaseReady"), "ChangeWaiting");
  shop.settle();
  EXPECT_EQ(ssl_mode(shop, "Deployment", "shop-order"), "verify-full");
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(DatabaseTls, CertificatesAreRenewedWithoutAChangeOfAnyPod) {
  TestShop shop;
  shop.settle();
  const auto first = shop.cluster.at("Secret", "shop-certificates")["data"];
  const auto server = shop.cluster.at("StatefulSet", "shop-postgres")["spec"];
  const auto user = shop.cluster.at("Deployment", "shop-user")["spec"];
  const auto jobs = shop.cluster.names("Job");
  shop.now += std::chrono::hours(24 * 240);
  shop.settle();
  EXPECT_EQ(shop.cluster.at("Secret", "shop-certificates")["data"], first);
  shop.now += std::chrono::hours(24 * 5);
  shop.settle();
  const auto second = shop.cluster.at("Secret", "shop-certificates")["data"];
  EXPECT_NE(second["tls.crt"], first["tls.crt"]);
  EXPECT_NE(second["tls.key"], first["tls.key"]);
  EXPECT_EQ(second["ca.crt"], first["ca.crt"]);
  EXPECT_EQ(shop.cluster.at("StatefulSet", "shop-postgres")["spec"], server);
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], user);
  EXPECT_EQ(shop.cluster.names("Job"), jobs);
}

TEST(DatabaseTls, ADamagedAuthorityIsNamedAndADeletedSecretIsMadeAgain) {
  TestShop shop;
  shop.settle();
  shop.cluster.at("Secret", "shop-certificates")["data"]["ca.crt"] = "bm9uc2Vuc2U=";
  EXPECT_THROW(shop.reconcile(), std::invalid_argument);
  EXPECT_EQ(shop.reason("Degraded"), "BadSecret");
  EXPECT_NE(shop.condition("Degraded")["message"].get<std::string>().find("shop-certificates"),
            std::string::npos);
  shop.cluster.objects.erase({"Secret", "shop-certificates"});
  shop.settle();
  EXPECT_EQ(shop.status("Degraded"), "False");
  EXPECT_EQ(shop.cluster.at("ConfigMap", "shop-keys")["data"]["database-ca.crt"],
            decoded(shop.cluster.at("Secret", "shop-certificates"), "ca.crt"));
}

}  // namespace
}  // namespace shop
