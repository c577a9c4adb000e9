#include "operator/shop/testing/test_shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::FakeCluster;
using ::testing::HasSubstr;
using testing::TestShop;

std::set<std::string> images(TestShop& shop) {
  std::set<std::string> tags;
  for (const auto& name : shop.cluster.names("Deployment")) {
    const std::string image = testing::container_of(shop.cluster.at("Deployment", name)).at("image");
    tags.insert(image.substr(image.rfind(':') + 1));
  }
  return tags;
}

const std::set<std::string> old_version{"1.0"}, new_version{"2.0"};

std::map<FakeCluster::Id, Json> stores(const TestShop& shop) {
  std::map<FakeCluster::Id, Json> result;
  for (const auto& [id, object] : shop.cluster.objects)
    if (id.first == "StatefulSet") result[id] = object;
  return result;
}

/// Jobs with their uids, so that one that was made again differs.
std::set<std::string> jobs(TestShop& shop) {
  std::set<std::string> uids;
  for (const auto& name : shop.cluster.names("Job")) uids.insert(kube::uid(shop.cluster.at("Job", name)));
  return uids;
}

void ask_for(TestShop& shop, const std::string& version) {
  shop.object()["spec"]["version"] = version;
  shop.object()["metadata"]["generation"] = kube::generation(shop.object()) + 1;
}

/// A Shop at 1.0 whose upgrade to 2.0 never becomes ready.
TestShop& broken_upgrade(TestShop& shop) {
  shop.settle();
  shop.cluster.broken_tags = {"2.0"};
  ask_for(shop, "2.0");
  return shop;
}

int count(const TestShop& shop, const std::string& reason) {
  return static_cast<int>(std::count_if(shop.events.begin(), shop.events.end(),
                                        [&](const auto& event) { return event.reason == reason; }));
}

TEST(Rollout, RemembersTheVersionsThatWereComplete) {
  TestShop shop;
  shop.settle();
  EXPECT_FALSE(shop.object()["status"].contains("previousVersion"));
  ask_for(shop, "2.0");
  shop.settle();
  EXPECT_EQ(images(shop), new_version);
  EXPECT_EQ(shop.object()["status"]["version"], "2.0");
  EXPECT_EQ(shop.object()["status"]["previousVersion"], "1.0");
  EXPECT_EQ(shop.status("RolledBack"), "False");
  EXPECT_EQ(shop.status("Ready"), "True");
  EXPECT_EQ(shop.cluster.names("Job").size(), 5u) << "the former version's Jobs are gone";
}

TEST(Rollout, GoesBackWhenItMissesItsDeadline) {
  TestShop shop;
  broken_upgrade(shop);
  const auto stores_before = stores(shop);
  const auto jobs_before = jobs(shop);
  while (images(shop) != new_version) {
    shop.reconcile();
    shop.cluster.run_workloads();
  }
  EXPECT_TRUE(shop.reconcile().requeue_after) << "the refusal is recorded before it is acted on";
  EXPECT_EQ(images(shop), new_version);
  EXPECT_EQ(shop.object()["status"]["rollout"]["refused"]["version"], "2.0");
  shop.reconcile();
  EXPECT_EQ(images(shop), old_version) << "all services together";
  shop.settle();
  EXPECT_EQ(images(shop), old_version);
  EXPECT_EQ(shop.status("RolledBack"), "True");
  const std::string message = shop.condition("RolledBack")["message"];
  EXPECT_THAT(message, HasSubstr("version 2.0 with image shopkeeper/user:2.0 was rolled back to 1.0: "
                                 "Deployment shop-user made no progress within 300 s"));
  EXPECT_EQ(shop.reason("Progressing"), "RolledBack");
  EXPECT_EQ(shop.status("Progressing"), "False");
  EXPECT_EQ(shop.reason("Degraded"), "RolledBack");
  EXPECT_EQ(shop.object()["status"]["version"], "1.0");
  EXPECT_EQ(stores(shop), stores_before) << "stores are never reached";
  EXPECT_EQ(jobs(shop), jobs_before) << "migrations of 1.0 do not run again, those of 2.0 are removed";
  EXPECT_EQ(std::count_if(shop.events.begin(), shop.events.end(),
                          [](const auto& event) {
                            return event.action == "Reconcile" && event.reason == "RolledBack" &&
                                   event.type == kube::EventType::Warning &&
                                   event.message.starts_with("version 2.0");
                          }),
            2)
      << "the rollback, and the Shop that is degraded by it";
}

TEST(Rollout, IsNotTriedAgainUntilTheSpecChanges) {
  TestShop shop;
  broken_upgrade(shop).settle();
  shop.settle();
  shop.restart();
  const auto writes = shop.cluster.writes;
  const auto announced = count(shop, "RolledBack");
  shop.settle();
  EXPECT_EQ(shop.cluster.writes, writes);
  EXPECT_EQ(count(shop, "RolledBack"), announced);
  ask_for(shop, "2.1");
  shop.settle();
  EXPECT_EQ(images(shop), std::set<std::string>{"2.1"});
  EXPECT_EQ(shop.status("RolledBack"), "False");
  EXPECT_FALSE(shop.object()["status"]["rollout"].contains("refused"));
  EXPECT_EQ(shop.object()["status"]["previousVersion"], "1.0");
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
}

TEST(Rollout, ThatIsRevertedByHandIsForgotten) {
  TestShop shop;
  broken_upgrade(shop).settle();
  shop.settle();
  const auto before = shop.cluster.at("Deployment", "shop-user")["spec"];
  ask_for(shop, "1.0");
  shop.settle();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], before);
  EXPECT_EQ(shop.status("RolledBack"), "False");
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  shop.cluster.broken_tags.clear();
  ask_for(shop, "2.0");
  shop.settle();
  EXPECT_EQ(images(shop), new_version) << "asked for again, it is tried again";
}

TEST(Rollout, ThatWasChangedBeforeTheRollbackIsNotTakenForTheNewOne) {
  TestShop shop;
  broken_upgrade(shop);
  while (images(shop) != new_version) {
    shop.reconcile();
    shop.cluster.run_workloads();
  }
  ask_for(shop, "2.1");
  shop.reconcile();
  EXPECT_EQ(shop.status("RolledBack"), "False") << "the Deployment is stuck at 2.0, not at 2.1";
  shop.settle();
  EXPECT_EQ(images(shop), std::set<std::string>{"2.1"});
}

TEST(Rollout, OfAnImageThatCannotBePulledGoesBackBeforeAnyServiceIsChanged) {
  TestShop shop;
  shop.settle();
  const auto deployments = shop.cluster.at("Deployment", "shop-user")["spec"];
  const auto stores_before = stores(shop);
  ask_for(shop, "mistyped");
  shop.reconcile();
  for (const auto& name : shop.cluster.names("Job")) {
    auto& job = shop.cluster.at("Job", name);
    if (job.contains("status")) continue;
    job["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z";
    job["status"] = Json::object();
  }
  shop.cluster.objects[{"Pod", "shop-order-migrate-1"}] =
      R"({"kind":"Pod","metadata":{"name":"shop-order-migrate-1","labels":{"app.kubernetes.io/component":"order-migrate"}},
          "status":{"containerStatuses":[{"name":"migrate","state":{"waiting":{"reason":"ImagePullBackOff"}}}]}})"_json;
  EXPECT_EQ(shop.reconcile().requeue_after, std::chrono::milliseconds(300'100));
  EXPECT_EQ(shop.status("RolledBack"), "False");
  shop.now += std::chrono::seconds(301);
  shop.reconcile();
  EXPECT_EQ(shop.status("RolledBack"), "True");
  EXPECT_THAT(
      std::string(shop.condition("RolledBack")["message"]),
      HasSubstr(
          "(Pod shop-order-migrate-1: ImagePull: image (unknown) of container migrate cannot be pulled)"));
  shop.cluster.objects.erase({"Pod", "shop-order-migrate-1"});
  shop.settle();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], deployments);
  EXPECT_EQ(stores(shop), stores_before);
}

TEST(Rollout, WhoseMigrationFailsKeepsTheFormerVersionAndRetries) {
  TestShop shop;
  shop.settle();
  ask_for(shop, "2.0");
  shop.reconcile();
  for (const auto& name : shop.cluster.names("Job"))
    if (!shop.cluster.at("Job", name).contains("status"))
      FakeCluster::finish(shop.cluster.at("Job", name), "Failed", "BackoffLimitExceeded");
  for (int i = 0; i < 3; ++i) shop.reconcile();
  EXPECT_EQ(images(shop), old_version);
  EXPECT_EQ(shop.reason("MigrationsDone"), "JobFailed");
  EXPECT_EQ(shop.status("RolledBack"), "False");
}

TEST(Rollout, OfSettingsGoesBackToo) {
  TestShop shop;
  shop.settle();
  const auto before = shop.cluster.at("Deployment", "shop-user")["spec"];
  shop.object()["spec"]["services"]["user"] =
      R"({"env":[{"name":"SHOPKEEPER_LOG_LEVEL","value":"loud"}]})"_json;
  shop.cluster.broken_tags = {"1.0"};
  shop.reconcile();
  shop.cluster.run_workloads();
  shop.reconcile();
  EXPECT_THAT(std::string(shop.condition("RolledBack")["message"]),
              HasSubstr("rolled back to the former settings"));
  shop.cluster.broken_tags.clear();
  shop.settle();
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], before);
}

TEST(Rollout, OfANewShopHasNothingToGoBackTo) {
  TestShop shop;
  shop.cluster.broken_tags = {"1.0"};
  shop.settle();
  EXPECT_EQ(images(shop), old_version);
  EXPECT_EQ(shop.status("RolledBack"), "False");
  EXPECT_THAT(std::string(shop.condition("Degraded")["reason"]), "RolloutStuck");
}

TEST(Rollout, KnowsTheCompleteVersionOfAnOlderOperator) {
  TestShop shop;
  shop.settle();
  shop.object()["status"].erase("rollout");
  for (const auto& name : shop.cluster.names("Deployment"))
    shop.cluster.at("Deployment", name)["metadata"]["annotations"].erase(rollout_annotation);
  shop.restart();
  broken_upgrade(shop).settle();
  shop.settle();
  EXPECT_EQ(images(shop), old_version);
  EXPECT_EQ(shop.status("RolledBack"), "True");
}

TEST(Rollout, EndsTheSameWhenTheOperatorIsRestartedAtEachWrite) {
  for (int at = 1; at < 60; ++at) {
    SCOPED_TRACE(at);
    TestShop shop;
    broken_upgrade(shop);
    const auto stores_before = stores(shop);
    shop.cluster.kill_after = shop.cluster.writes + at;
    bool killed = false;
    for (int pass = 0; pass < 14; ++pass) {
      try {
        shop.reconcile();
      } catch (const testing::Killed&) {
        killed = true;
        shop.restart();
      }
      shop.cluster.run_workloads();
    }
    ASSERT_EQ(images(shop), old_version);
    ASSERT_EQ(shop.status("RolledBack"), "True");
    ASSERT_EQ(shop.object()["status"]["version"], "1.0");
    ASSERT_EQ(shop.cluster.names("Job").size(), 5u);
    ASSERT_EQ(stores(shop), stores_before);
    if (!killed) return;  // every write has been tried
  }
  FAIL() << "more writes than expected";
}

}  // namespace
}  // namespace shop
