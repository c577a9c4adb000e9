#include "operator/shop/testing/test_shop.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::TestShop;

TEST(Reconcile, BringsAShopUpStepByStep) {
  TestShop shop(Json{{"sampleData", true}});
  shop.reconcile();
  EXPECT_EQ(shop.cluster.names("StatefulSet"), (std::vector<std::string>{"shop-postgres", "shop-rabbitmq"}))
      << "database and broker start side by side";
  EXPECT_TRUE(shop.cluster.names("Job").empty());
  EXPECT_EQ(shop.reason("DatabaseReady"), "Starting");
  EXPECT_EQ(shop.status("Ready"), "False");
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_EQ(shop.cluster.names("Job").size(), 1u) << "databases and roles first";
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_EQ(shop.cluster.names("Job").size(), 5u) << "then every migration, side by side";
  EXPECT_TRUE(shop.cluster.names("Deployment").empty());
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_EQ(shop.cluster.names("Deployment").size(), 4u);
  EXPECT_EQ(shop.cluster.names("Job").size(), 8u) << "sample data beside the services' start";
  EXPECT_EQ(shop.status("MigrationsDone"), "True");
  EXPECT_EQ(shop.status("Progressing"), "True");
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  EXPECT_EQ(shop.status("Progressing"), "False");
  EXPECT_EQ(shop.status("Degraded"), "False");
  EXPECT_EQ(shop.object()["status"]["version"], "1.0");
  EXPECT_EQ(shop.object()["status"]["services"]["user"]["image"], "shopkeeper/user:1.0");
  std::vector<std::string> history;
  for (const auto& event : shop.events) history.push_back(event.reason);
  EXPECT_EQ(history, (std::vector<std::string>{"Migrated", "Ready", "RolledOut"}));
}

TEST(Reconcile, MigratesBeforeItRollsOutANewVersionAndKeepsCredentials) {
  TestShop shop;
  shop.settle();
  const auto passwords = shop.cluster.at("Secret", "shop-passwords")["data"];
  const auto keys = shop.cluster.at("Secret", "shop-signing")["data"];
  shop.object()["spec"]["version"] = "2.0";
  shop.object()["metadata"]["generation"] = 2;
  shop.cluster.at("StatefulSet", "shop-postgres")["status"]["readyReplicas"] = 0;
  shop.reconcile();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"]["template"]["spec"]["containers"][0]["image"],
            "shopkeeper/user:1.0");
  shop.settle();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"]["template"]["spec"]["containers"][0]["image"],
            "shopkeeper/user:2.0");
  EXPECT_EQ(shop.object()["status"]["version"], "2.0");
  EXPECT_EQ(shop.condition("Ready")["observedGeneration"], 2);
  EXPECT_EQ(shop.cluster.names("Job").size(), 5u) << "the old version's Jobs are gone";
  EXPECT_EQ(shop.cluster.at("Secret", "shop-passwords")["data"], passwords);
  EXPECT_EQ(shop.cluster.at("Secret", "shop-signing")["data"], keys);
}

TEST(Reconcile, CreatesNoAutoscalerBeforeTheReplicasAreTransferred) {
  TestShop shop(R"({"services":{"order":{"replicas":3}}})"_json);
  shop.settle();
  shop.object()["spec"] = R"({"services":{"order":{"autoscaling":{"min":2,"max":5}}}})"_json;
  shop.cluster.refused = {"Deployment"};
  EXPECT_THROW(shop.reconcile(), kube::ApiError);
  EXPECT_TRUE(shop.cluster.names("HorizontalPodAutoscaler").empty()) << "it shows that they are";
  shop.cluster.refused = {};
  shop.settle();
  EXPECT_EQ(shop.cluster.names("HorizontalPodAutoscaler").size(), 1u);
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-order")["spec"]["replicas"], 3);
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  const auto before = shop.cluster.writes;
  shop.reconcile();
  EXPECT_EQ(shop.cluster.writes, before);
}

TEST(Reconcile, ChangesOnlyTheStatusOfAPausedShop) {
  TestShop shop;
  shop.settle();
  shop.object()["spec"]["paused"] = true;
  shop.cluster.objects.erase({"Deployment", "shop-user"});
  shop.reconcile();
  EXPECT_EQ(shop.reason("Progressing"), "Paused");
  EXPECT_EQ(shop.status("Ready"), "False") << "a service is missing";
  EXPECT_FALSE(shop.cluster.objects.contains({"Deployment", "shop-user"}));
  shop.object()["spec"]["paused"] = false;
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(Reconcile, UsesExternalDatabasesAndBroker) {
  TestShop shop(
      R"({"database":{"external":{"secrets":{"user":"db","product":"db","order":"db","notification":"db"}}},
          "messaging":{"external":{"secret":"broker"}}})"_json);
  for (const char* name : {"db", "broker"}) shop.add_foreign_secret(name, {{"url", "eA=="}});
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  EXPECT_TRUE(shop.cluster.names("StatefulSet").empty());
}

TEST(Reconcile, DoesNothingForAShopBeingDeleted) {
  TestShop shop;
  shop.object()["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  shop.reconcile();
  EXPECT_EQ(shop.cluster.writes, 0);
}

}  // namespace
}  // namespace shop
