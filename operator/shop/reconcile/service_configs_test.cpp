#include "operator/shop/testing/test_shop.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::TestShop;

/// The ConfigMap that a Deployment's pods are started with.
std::string config_of(TestShop& shop, const std::string& deployment) {
  const auto volumes = testing::pod_of(shop.cluster.at("Deployment", deployment)).at("volumes");
  return testing::named(volumes, "config").at("configMap").at("name");
}

bool exists(TestShop& shop, const std::string& config) {
  return shop.cluster.objects.contains({"ConfigMap", config});
}

TEST(ServiceConfigs, KeepTheEarlierOneUntilTheRolloutIsComplete) {
  TestShop shop;
  shop.settle();
  const auto before = config_of(shop, "shop-user");
  shop.object()["spec"]["access"] = "Open";
  shop.reconcile();
  const auto after = config_of(shop, "shop-user");
  EXPECT_NE(after, before);
  EXPECT_TRUE(exists(shop, after));
  EXPECT_TRUE(exists(shop, before)) << "pods of the earlier template may be started again";
  shop.reconcile();
  EXPECT_TRUE(exists(shop, before));
  shop.settle();
  EXPECT_FALSE(exists(shop, before));
  EXPECT_TRUE(exists(shop, after));
}

TEST(ServiceConfigs, OfAnOlderOperatorStayWhileItsPodsRun) {
  TestShop shop;
  shop.settle();
  auto old = shop.cluster.at("ConfigMap", config_of(shop, "shop-user"));
  old["metadata"]["name"] = "shop-user";
  shop.cluster.objects[{"ConfigMap", "shop-user"}] = old;
  auto& deployment = shop.cluster.at("Deployment", "shop-user");
  deployment["metadata"]["annotations"][applied_annotation] = "of-an-older-operator";
  // Its migration has not run: the Deployment stays as it is.
  for (const auto& name : shop.cluster.names("Job"))
    if (name.find("user-migrate") != std::string::npos) shop.cluster.objects.erase({"Job", name});
  shop.reconcile();
  EXPECT_TRUE(exists(shop, "shop-user"));
  shop.settle();
  EXPECT_FALSE(exists(shop, "shop-user"));
}

TEST(Volumes, ThatAreReplacedAreSetUpAgain) {
  TestShop shop(Json{{"sampleData", true}});
  shop.cluster.objects[{"PersistentVolumeClaim", "data-shop-postgres-0"}] =
      R"({"kind":"PersistentVolumeClaim","metadata":{"name":"data-shop-postgres-0","namespace":"shops","uid":"first"}})"_json;
  shop.settle();
  const auto before = shop.cluster.names("Job");
  EXPECT_EQ(before.size(), 8u);
  shop.settle();
  EXPECT_EQ(shop.cluster.names("Job"), before) << "once for each volume";
  shop.cluster.at("PersistentVolumeClaim", "data-shop-postgres-0")["metadata"]["uid"] = "second";
  shop.reconcile();
  EXPECT_EQ(shop.reason("DatabaseReady"), "MakingDatabases");
  shop.settle();
  const auto after = shop.cluster.names("Job");
  EXPECT_EQ(after.size(), 8u);
  for (const auto& name : before) EXPECT_FALSE(shop.cluster.objects.contains({"Job", name})) << name;
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

}  // namespace
}  // namespace shop
