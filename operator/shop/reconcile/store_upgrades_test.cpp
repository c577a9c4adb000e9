#include "operator/shop/desired/store_image.hpp"
#include "operator/shop/testing/test_shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shop {
namespace {

using ::testing::HasSubstr;
using testing::TestShop;

std::string image(TestShop& shop, const std::string& kind, const std::string& name) {
  return testing::container_of(shop.cluster.at(kind, name)).at("image");
}

/// What makes a StatefulSet's controller replace the pod.
Json pod_template(TestShop& shop, const std::string& name) {
  return shop.cluster.at("StatefulSet", name).at("spec").at("template");
}

std::vector<std::string> announced(const TestShop& shop) {
  std::vector<std::string> messages;
  for (const auto& event : shop.events)
    if (event.reason.starts_with("Upgrading") || event.reason.starts_with("Restarting"))
      messages.push_back(event.reason + ": " + event.message);
  return messages;
}

TEST(StoreUpgrades, ANewOrMistypedVersionOfTheShopRestartsNoStore) {
  TestShop shop;
  shop.settle();
  const auto postgres = shop.cluster.at("StatefulSet", "shop-postgres");
  const auto rabbitmq = shop.cluster.at("StatefulSet", "shop-rabbitmq");
  for (const char* version : {"2.0", "mistyped"}) {
    shop.object()["spec"]["version"] = version;
    shop.settle();
    EXPECT_EQ(shop.cluster.at("StatefulSet", "shop-postgres"), postgres);
    EXPECT_EQ(shop.cluster.at("StatefulSet", "shop-rabbitmq"), rabbitmq);
    EXPECT_EQ(image(shop, "Deployment", "shop-user"), std::string("shopkeeper/user:") + version);
  }
  EXPECT_TRUE(announced(shop).empty());
}

TEST(StoreUpgrades, ChangeTheServicesFirstAndThenOneStoreAfterAnother) {
  TestShop shop;
  shop.settle();
  shop.object()["spec"] =
      R"({"version":"2.0","database":{"managed":{"version":"15-7"}},"messaging":{"managed":{"version":"3.11-1"}}})"_json;
  const auto before = pod_template(shop, "shop-rabbitmq");
  const auto postgres = pod_template(shop, "shop-postgres");
  shop.reconcile();
  EXPECT_EQ(pod_template(shop, "shop-postgres"), postgres)
      << "a rollout can be rolled back, so it goes first";
  EXPECT_EQ(shop.condition("DatabaseReady")["message"], "PostgreSQL shop-postgres " +
                                                            default_postgres_version() +
                                                            " -> 15-7 waits for the rollout of the services");
  while (shop.object()["status"]["version"] != "2.0") {
    ASSERT_EQ(pod_template(shop, "shop-postgres"), postgres);
    shop.cluster.run_workloads();
    shop.reconcile();
  }
  EXPECT_EQ(image(shop, "Deployment", "shop-user"), "shopkeeper/user:2.0");
  shop.reconcile();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-postgres"), "shopkeeper/postgres:15-7");
  EXPECT_EQ(pod_template(shop, "shop-rabbitmq"), before) << "not together with PostgreSQL";
  const auto upgrade = "PostgreSQL shop-postgres " + default_postgres_version() + " -> 15-7";
  EXPECT_EQ(shop.reason("DatabaseReady"), "UpgradingDatabase");
  EXPECT_EQ(shop.condition("DatabaseReady")["message"], upgrade);
  EXPECT_EQ(shop.reason("MessagingReady"), "ChangeWaiting");
  EXPECT_THAT(std::string(shop.condition("MessagingReady")["message"]), HasSubstr("waits for"));
  shop.reconcile();
  EXPECT_EQ(pod_template(shop, "shop-rabbitmq"), before) << "PostgreSQL is not back yet";
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-rabbitmq"), "shopkeeper/rabbitmq:3.11-1");
  EXPECT_EQ(shop.reason("MessagingReady"), "UpgradingMessaging");
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  EXPECT_EQ(announced(shop), (std::vector<std::string>{"UpgradingDatabase: " + upgrade,
                                                       "UpgradingMessaging: RabbitMQ shop-rabbitmq " +
                                                           default_rabbitmq_version() + " -> 3.11-1"}));
}

TEST(StoreUpgrades, HoldTheServicesWhileAStoreRestarts) {
  TestShop shop;
  shop.settle();
  shop.object()["spec"]["messaging"]["managed"]["version"] = "3.11-1";
  shop.reconcile();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-rabbitmq"), "shopkeeper/rabbitmq:3.11-1");
  shop.object()["spec"]["services"]["user"]["env"] = R"([{"name":"A","value":"b"}])"_json;
  const auto before = shop.cluster.at("Deployment", "shop-user")["spec"]["template"];
  shop.reconcile();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"]["template"], before);
  shop.settle();
  EXPECT_NE(shop.cluster.at("Deployment", "shop-user")["spec"]["template"], before);
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(StoreUpgrades, AChangedRegistryReachesTheStoresOnlyWhenTheServicesHaveProvedIt) {
  TestShop shop;
  shop.settle();
  const auto postgres = shop.cluster.at("StatefulSet", "shop-postgres");
  shop.object()["spec"]["image"]["registry"] = "example.com/shop";
  shop.object()["spec"]["image"]["tag"] = "broken";
  shop.cluster.broken_tags = {"broken"};
  shop.settle();
  EXPECT_EQ(shop.status("RolledBack"), "True");
  EXPECT_EQ(shop.cluster.at("StatefulSet", "shop-postgres"), postgres);
  shop.object()["spec"]["image"]["tag"] = "1.0";
  shop.settle();
  shop.settle();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-postgres"),
            "example.com/shop/postgres:" + default_postgres_version());
  EXPECT_EQ(image(shop, "StatefulSet", "shop-rabbitmq"),
            "example.com/shop/rabbitmq:" + default_rabbitmq_version());
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(StoreUpgrades, ChangeTheServersOfTheServicesOneAfterAnother) {
  TestShop shop(R"({"database":{"managed":{"topology":"PerService"}}})"_json);
  shop.settle();
  shop.object()["spec"]["database"]["managed"]["version"] = "15-7";
  for (std::size_t changed = 1; changed <= 4; ++changed) {
    shop.reconcile();
    shop.reconcile();
    std::size_t images = 0;
    for (const auto& name : shop.cluster.names("StatefulSet"))
      if (image(shop, "StatefulSet", name) == "shopkeeper/postgres:15-7") ++images;
    EXPECT_EQ(images, changed);
    shop.cluster.run_workloads();
  }
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(StoreUpgrades, WaitForARolloutOfServices) {
  TestShop shop;
  shop.settle();
  auto& status = shop.cluster.at("Deployment", "shop-order")["status"];
  status["replicas"] = 2;  // the new pod beside the old one
  shop.object()["spec"]["database"]["managed"]["version"] = "15-7";
  shop.reconcile();
  EXPECT_EQ(shop.reason("DatabaseReady"), "ChangeWaiting");
  EXPECT_THAT(std::string(shop.condition("DatabaseReady")["message"]),
              HasSubstr("rollout of Deployment shop-order"));
  shop.settle();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-postgres"), "shopkeeper/postgres:15-7");
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(StoreUpgrades, ChangeAStoreThatIsDownAtOnce) {
  TestShop shop;
  shop.settle();
  for (const char* name : {"shop-postgres", "shop-rabbitmq"})
    shop.cluster.at("StatefulSet", name)["status"]["readyReplicas"] = 0;
  shop.object()["spec"]["messaging"]["managed"]["version"] = "3.11-1";
  shop.reconcile();
  EXPECT_EQ(image(shop, "StatefulSet", "shop-rabbitmq"), "shopkeeper/rabbitmq:3.11-1")
      << "it may be the repair, so that it waits for nothing";
}

TEST(StoreUpgrades, RefuseVersionsThatCannotReadTheFiles) {
  TestShop shop;
  shop.settle();
  shop.object()["spec"] =
      R"({"database":{"managed":{"version":"14-1"}},"messaging":{"managed":{"version":"3.9-4"}}})"_json;
  const auto postgres = pod_template(shop, "shop-postgres");
  const auto rabbitmq = pod_template(shop, "shop-rabbitmq");
  shop.settle();
  EXPECT_EQ(pod_template(shop, "shop-postgres"), postgres);
  EXPECT_EQ(pod_template(shop, "shop-rabbitmq"), rabbitmq);
  EXPECT_EQ(shop.reason("Degraded"), "UpgradeRefused");
  const std::string message = shop.condition("Degraded")["message"];
  EXPECT_THAT(message, HasSubstr("shop-postgres stays at " + default_postgres_version()));
  EXPECT_THAT(message, HasSubstr("set spec.database.managed.version to one of PostgreSQL 15"));
  EXPECT_THAT(message, HasSubstr("shop-rabbitmq stays at " + default_rabbitmq_version()));
  shop.object()["spec"] = Json::object();
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(StoreUpgrades, TakeOverTheStoresOfAnOlderOperator) {
  TestShop shop;
  shop.settle();
  auto& postgres = shop.cluster.at("StatefulSet", "shop-postgres");
  postgres["metadata"]["annotations"].erase(store_version_annotation);
  postgres["spec"]["template"]["spec"]["containers"][0]["image"] = "shopkeeper/postgres:0.1.0";
  postgres["metadata"]["annotations"][applied_annotation] = "of-an-older-operator";
  shop.reconcile();
  EXPECT_EQ(shop.condition("DatabaseReady")["message"],
            "PostgreSQL shop-postgres shopkeeper/postgres:0.1.0 -> " + default_postgres_version());
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

}  // namespace
}  // namespace shop
