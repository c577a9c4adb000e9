#include "operator/shop/testing/test_shop.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::FakeCluster;
using testing::TestShop;

TEST(Reconcile, CompletesWhatAKilledProcessLeftUnfinished) {
  TestShop whole(Json{{"sampleData", true}});
  whole.settle();
  ASSERT_EQ(whole.status("Ready"), "True");
  const int all = whole.cluster.writes;
  ASSERT_GT(all, 40);
  for (int at = 1; at <= all; ++at) {
    SCOPED_TRACE(at);
    TestShop shop(Json{{"sampleData", true}});
    shop.cluster.kill_after = at;
    try {
      shop.settle();
    } catch (const testing::Killed&) {
      shop.restart();
      shop.settle();
    }
    ASSERT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
    std::set<FakeCluster::Id> kinds, expected;
    for (const auto& [id, object] : shop.cluster.objects)
      if (id.first != "Job") kinds.insert(id);
    for (const auto& [id, object] : whole.cluster.objects)
      if (id.first != "Job") expected.insert(id);
    ASSERT_EQ(kinds, expected);
    ASSERT_EQ(shop.cluster.names("Job").size(), whole.cluster.names("Job").size());
  }
}

TEST(Reconcile, ReplacesLostPasswordsEverywhere) {
  TestShop shop;
  shop.settle();
  auto url = shop.cluster.at("Secret", "shop-user-db")["data"]["url"];
  auto job = shop.cluster.names("Job");
  shop.cluster.objects.erase({"Secret", "shop-passwords"});
  shop.settle();
  EXPECT_NE(shop.cluster.at("Secret", "shop-user-db")["data"]["url"], url);
  EXPECT_NE(shop.cluster.names("Job"), job) << "roles get their new passwords";
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(Reconcile, CorrectsDrift) {
  TestShop shop;
  shop.settle();
  shop.cluster.objects.erase({"Deployment", "shop-user"});
  shop.cluster.at("Deployment", "shop-order")["spec"]["replicas"] = 0;
  shop.cluster.at("Service", "shop-product")["spec"]["selector"] = {{"app", "other"}};
  shop.settle();
  EXPECT_TRUE(shop.cluster.objects.contains({"Deployment", "shop-user"}));
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-order")["spec"]["replicas"], 1);
  EXPECT_EQ(shop.cluster.at("Service", "shop-product")["spec"]["selector"]["app.kubernetes.io/component"],
            "product");
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(Reconcile, ReportsAMissingSecretAndRecoversWhenItAppears) {
  TestShop shop(Json{{"email", {{"host", "smtp"}, {"from", "a@b"}, {"secret", "mail"}}}});
  shop.settle();
  EXPECT_EQ(shop.reason("Ready"), "SecretMissing");
  EXPECT_EQ(shop.condition("Ready")["message"], "spec.email.secret names Secret mail, which does not exist");
  EXPECT_EQ(shop.status("Degraded"), "True");
  EXPECT_TRUE(shop.reconcile().requeue_after) << "the operator does not watch Secrets of others";
  EXPECT_FALSE(shop.cluster.objects.contains({"Deployment", "shop-notification"}));
  EXPECT_TRUE(shop.cluster.objects.contains({"Deployment", "shop-user"})) << "what does not need it runs";
  shop.cluster.objects[{"Secret", "mail"}] = {
      {"kind", "Secret"}, {"metadata", {{"name", "mail"}}}, {"data", {{"username", "YQ=="}}}};
  shop.cluster.foreign.insert({"Secret", "mail"});
  shop.settle();
  EXPECT_EQ(shop.condition("Ready")["message"],
            "spec.email.secret names Secret mail, which has no key password");
  shop.cluster.at("Secret", "mail")["data"]["password"] = "Yg==";
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  EXPECT_FALSE(shop.reconcile().requeue_after);
}

TEST(Reconcile, LeavesObjectsOfOthersAlone) {
  TestShop shop;
  shop.cluster.objects[{"Deployment", "shop-user"}] = Json::parse(
      R"({"kind":"Deployment","metadata":{"name":"shop-user","namespace":"shops","uid":"foreign"},"spec":{"replicas":7}})");
  shop.cluster.foreign.insert({"Deployment", "shop-user"});
  for (int i = 0; i < 8; ++i) {
    try {
      shop.reconcile();
    } catch (const std::exception&) {
    }
    shop.cluster.run_workloads();
  }
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], Json::parse(R"({"replicas":7})"));
  EXPECT_EQ(shop.reason("Degraded"), "NameTaken");
  EXPECT_TRUE(shop.cluster.objects.contains({"Deployment", "shop-order"})) << "others are not affected";
}

TEST(Reconcile, ReportsWhatTheApiServerRefuses) {
  TestShop shop;
  shop.cluster.refused = {"Ingress"};
  EXPECT_THROW(shop.reconcile(), kube::ApiError) << "so that it is requeued with backoff";
  EXPECT_EQ(shop.reason("Degraded"), "Refused");
  shop.cluster.refused.clear();
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(Reconcile, ReportsAnInvalidSpecOnceAndCreatesNothing) {
  TestShop shop(Json{{"access", "Closed"}});
  EXPECT_FALSE(shop.reconcile().requeue_after);
  EXPECT_EQ(shop.reason("Ready"), "InvalidSpec");
  auto writes = shop.cluster.writes;
  shop.reconcile();
  EXPECT_EQ(shop.cluster.writes, writes);
  EXPECT_EQ(shop.cluster.objects.size(), 1u);
}

TEST(Reconcile, RetriesAFailedJobWithBackoff) {
  TestShop shop;
  shop.reconcile();
  shop.cluster.run_workloads();
  shop.reconcile();
  auto job = shop.cluster.names("Job").at(0);
  FakeCluster::finish(shop.cluster.at("Job", job), "Failed", "BackoffLimitExceeded");
  auto uid = kube::uid(shop.cluster.at("Job", job));
  EXPECT_EQ(shop.reconcile().requeue_after, std::chrono::milliseconds(10'100));
  EXPECT_EQ(shop.reason("Degraded"), "JobFailed");
  EXPECT_NE(shop.condition("Degraded")["message"].get<std::string>().find(job), std::string::npos);
  EXPECT_EQ(kube::uid(shop.cluster.at("Job", job)), uid);
  shop.now += std::chrono::seconds(11);
  shop.reconcile();
  EXPECT_NE(kube::uid(shop.cluster.at("Job", job)), uid);
  EXPECT_EQ(kube::annotation(shop.cluster.at("Job", job), "shopkeeper.dev/attempt"), "2");
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True");
}

TEST(Reconcile, ReportsAForbiddenPodMonitorAndContinues) {
  TestShop shop;
  shop.cluster.has_pod_monitors = true;
  shop.cluster.refused.insert("PodMonitor");
  for (int i = 0; i < 8; ++i) {
    EXPECT_THROW(shop.reconcile(), kube::ApiError);
    shop.cluster.run_workloads();
  }
  EXPECT_EQ(shop.cluster.names("Deployment").size(), 4u);
  EXPECT_EQ(shop.reason("Degraded"), "Refused");
}

}  // namespace
}  // namespace shop
