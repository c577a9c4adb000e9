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
    std::optional<Json> passwords;
    try {
      shop.settle();
    } catch (const testing::Killed&) {
      passwords = shop.cluster.get(kube::types::secret, {"shops", "shop-passwords"});
      shop.restart();
      shop.settle();
    }
    if (passwords) {
      ASSERT_EQ(shop.cluster.at("Secret", "shop-passwords")["data"], (*passwords)["data"]);
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

TEST(Reconcile, ReportsMissingSecretsAndRecoversWhenTheyAppear) {
  TestShop shop(Json{{"email", {{"host", "smtp"}, {"from", "a@b"}, {"secret", "mail"}}},
                     {"image", {{"pullSecrets", {"registry"}}}}});
  shop.settle();
  EXPECT_EQ(shop.reason("Ready"), "SecretMissing");
  EXPECT_EQ(shop.condition("Ready")["message"],
            "spec.image.pullSecrets names Secret registry, which does not exist; "
            "spec.email.secret names Secret mail, which does not exist");
  EXPECT_EQ(shop.status("Degraded"), "True");
  EXPECT_FALSE(shop.reconcile().requeue_after) << "the watch of Secrets queues it";
  EXPECT_FALSE(shop.cluster.objects.contains({"Deployment", "shop-notification"}));
  EXPECT_TRUE(shop.cluster.objects.contains({"Deployment", "shop-user"})) << "what does not need it runs";
  shop.add_foreign_secret("registry", {{".dockerconfigjson", "e30="}});
  shop.add_foreign_secret("mail", {{"username", "YQ=="}});
  shop.settle();
  EXPECT_EQ(shop.condition("Ready")["message"],
            "spec.email.secret names Secret mail, which has no key password");
  shop.cluster.at("Secret", "mail")["data"]["password"] = "Yg==";
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True") << shop.condition("Ready");
  EXPECT_FALSE(shop.reconcile().requeue_after);
  const auto before = shop.cluster.at("Deployment", "shop-notification")["spec"]["template"];
  shop.cluster.at("Secret", "mail")["data"]["password"] = "Yw==";
  shop.reconcile();
  EXPECT_NE(shop.cluster.at("Deployment", "shop-notification")["spec"]["template"], before)
      << "pods restart with the new password";
}

TEST(Reconcile, LeavesObjectsOfOthersAlone) {
  TestShop shop;
  shop.cluster.objects[{"Deployment", "shop-user"}] =
      R"({"kind":"Deployment","metadata":{"name":"shop-user","namespace":"shops","uid":"foreign"},"spec":{"replicas":7}})"_json;
  shop.cluster.foreign.insert({"Deployment", "shop-user"});
  for (int i = 0; i < 8; ++i) {
    try {
      shop.reconcile();
    } catch (const std::exception&) {
    }
    shop.cluster.run_workloads();
  }
  EXPECT_EQ(shop.cluster.at("Deployment", "shop-user")["spec"], R"({"replicas":7})"_json);
  EXPECT_EQ(shop.reason("Degraded"), "NameTaken");
  EXPECT_TRUE(shop.cluster.objects.contains({"Deployment", "shop-order"})) << "others are not affected";
  shop.cluster.objects.erase({"Deployment", "shop-user"});
  shop.cluster.foreign.clear();
  shop.settle();
  EXPECT_EQ(shop.status("Ready"), "True");
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

TEST(Reconcile, WritesOneStatusWhileTheApiServerRefusesAnObject) {
  TestShop shop;
  shop.settle();
  shop.cluster.objects.erase({"Ingress", "shop"});
  shop.cluster.refused = {"Ingress"};
  const auto before = shop.cluster.writes;
  EXPECT_THROW(shop.reconcile(), kube::ApiError);
  EXPECT_EQ(shop.cluster.writes, before + 1);
  for (int retry = 0; retry < 3; ++retry) EXPECT_THROW(shop.reconcile(), kube::ApiError);
  EXPECT_EQ(shop.cluster.writes, before + 1) << "a retry that finds the same changes nothing";
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
