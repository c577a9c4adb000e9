#include "operator/shop/reconcile/reconcile.hpp"

#include "operator/shop/testing/fake_cluster.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::FakeCluster;
using testing::Killed;

const kube::Key key{"shops", "shop"};

struct World {
  FakeCluster cluster;
  std::vector<kube::Happening> told;
  std::chrono::system_clock::time_point now = *kit::parse_rfc3339("2026-01-01T00:00:00Z");
  std::unique_ptr<Reconciler> reconciler;

  explicit World(Json spec = Json::object()) {
    cluster.objects[{"Shop", "shop"}] = testing::shop_object(std::move(spec));
    restart();
  }
  void restart() {
    reconciler = std::make_unique<Reconciler>(
        cluster, cluster.view(), Settings{"shopkeeper", "1.0"},
        [this](const kube::Object&, kube::Happening what) { told.push_back(std::move(what)); },
        [this] { return now; });
  }
  kube::Result pass() { return (*reconciler)(key, {}); }
  void settle() {
    for (int i = 0; i < 8; ++i) {
      pass();
      cluster.run_workloads();
    }
    pass();
  }
  Json condition(const std::string& type) {
    for (const auto& each : cluster.at("Shop", "shop")["status"]["conditions"])
      if (each["type"] == type) return each;
    return {{"status", "none"}};
  }
  std::string status(const std::string& type) { return condition(type)["status"]; }
  std::string reason(const std::string& type) { return condition(type)["reason"]; }
};

TEST(Reconcile, BringsAShopUpStepByStep) {
  World world(Json{{"sampleData", true}});
  world.pass();
  EXPECT_EQ(world.cluster.names("StatefulSet"), (std::vector<std::string>{"shop-postgres", "shop-rabbitmq"}))
      << "database and broker start side by side";
  EXPECT_TRUE(world.cluster.names("Job").empty());
  EXPECT_EQ(world.reason("DatabaseReady"), "Starting");
  EXPECT_EQ(world.status("Ready"), "False");
  world.cluster.run_workloads();
  world.pass();
  EXPECT_EQ(world.cluster.names("Job").size(), 1u) << "databases and roles first";
  world.cluster.run_workloads();
  world.pass();
  EXPECT_EQ(world.cluster.names("Job").size(), 5u) << "then every migration, side by side";
  EXPECT_TRUE(world.cluster.names("Deployment").empty());
  world.cluster.run_workloads();
  world.pass();
  EXPECT_EQ(world.cluster.names("Deployment").size(), 4u);
  EXPECT_EQ(world.cluster.names("Job").size(), 8u) << "sample data beside the services' start";
  EXPECT_EQ(world.status("MigrationsDone"), "True");
  EXPECT_EQ(world.status("Progressing"), "True");
  world.cluster.run_workloads();
  world.pass();
  EXPECT_EQ(world.status("Ready"), "True") << world.condition("Ready");
  EXPECT_EQ(world.status("Progressing"), "False");
  EXPECT_EQ(world.status("Degraded"), "False");
  EXPECT_EQ(world.cluster.at("Shop", "shop")["status"]["version"], "1.0");
  EXPECT_EQ(world.cluster.at("Shop", "shop")["status"]["services"]["user"]["image"], "shopkeeper/user:1.0");
  ASSERT_EQ(world.told.size(), 1u);
  EXPECT_EQ(world.told[0].reason, "Ready");
}

TEST(Reconcile, OfAnUnchangedShopWritesNothing) {
  World world;
  world.settle();
  ASSERT_EQ(world.status("Ready"), "True");
  auto before = world.cluster.writes;
  for (int i = 0; i < 5; ++i) world.pass();
  world.restart();  // a new process has nothing remembered
  world.pass();
  EXPECT_EQ(world.cluster.writes, before);
}

TEST(Reconcile, KilledAfterAnyWriteIsFinishedByTheNext) {
  World whole(Json{{"sampleData", true}});
  whole.settle();
  ASSERT_EQ(whole.status("Ready"), "True");
  const int all = whole.cluster.writes;
  ASSERT_GT(all, 40);
  for (int at = 1; at <= all; ++at) {
    SCOPED_TRACE(at);
    World world(Json{{"sampleData", true}});
    world.cluster.kill_after = at;
    try {
      world.settle();
    } catch (const Killed&) {
      world.restart();
      world.settle();
    }
    ASSERT_EQ(world.status("Ready"), "True") << world.condition("Ready");
    std::set<FakeCluster::Id> kinds, expected;
    for (const auto& [id, object] : world.cluster.objects)
      if (id.first != "Job") kinds.insert(id);
    for (const auto& [id, object] : whole.cluster.objects)
      if (id.first != "Job") expected.insert(id);
    ASSERT_EQ(kinds, expected);
    ASSERT_EQ(world.cluster.names("Job").size(), whole.cluster.names("Job").size());
  }
}

TEST(Reconcile, NeverChangesPasswordsAndKeys) {
  World world;
  world.settle();
  auto passwords = world.cluster.at("Secret", "shop-passwords")["data"];
  auto keys = world.cluster.at("Secret", "shop-signing")["data"];
  world.cluster.at("Shop", "shop")["spec"]["version"] = "2.0";
  world.restart();
  world.settle();
  EXPECT_EQ(world.cluster.at("Secret", "shop-passwords")["data"], passwords);
  EXPECT_EQ(world.cluster.at("Secret", "shop-signing")["data"], keys);
}

TEST(Reconcile, MakesLostPasswordsAnewAndLetsEverythingFollow) {
  World world;
  world.settle();
  auto url = world.cluster.at("Secret", "shop-user-db")["data"]["url"];
  auto job = world.cluster.names("Job");
  world.cluster.objects.erase({"Secret", "shop-passwords"});
  world.settle();
  EXPECT_NE(world.cluster.at("Secret", "shop-user-db")["data"]["url"], url);
  EXPECT_NE(world.cluster.names("Job"), job) << "roles get their new passwords";
  EXPECT_EQ(world.status("Ready"), "True");
}

TEST(Reconcile, HealsDrift) {
  World world;
  world.settle();
  world.cluster.objects.erase({"Deployment", "shop-user"});
  world.cluster.at("Deployment", "shop-order")["spec"]["replicas"] = 0;
  world.cluster.at("Service", "shop-product")["spec"]["selector"] = {{"app", "other"}};
  world.settle();
  EXPECT_TRUE(world.cluster.objects.contains({"Deployment", "shop-user"}));
  EXPECT_EQ(world.cluster.at("Deployment", "shop-order")["spec"]["replicas"], 1);
  EXPECT_EQ(world.cluster.at("Service", "shop-product")["spec"]["selector"]["app.kubernetes.io/component"],
            "product");
  EXPECT_EQ(world.status("Ready"), "True");
}

TEST(Reconcile, MigratesBeforeItRollsANewVersion) {
  World world;
  world.settle();
  world.cluster.at("Shop", "shop")["spec"]["version"] = "2.0";
  world.cluster.at("Shop", "shop")["metadata"]["generation"] = 2;
  world.cluster.at("StatefulSet", "shop-postgres")["status"]["readyReplicas"] = 0;
  world.pass();
  EXPECT_EQ(world.cluster.at("Deployment", "shop-user")["spec"]["template"]["spec"]["containers"][0]["image"],
            "shopkeeper/user:1.0");
  world.settle();
  EXPECT_EQ(world.cluster.at("Deployment", "shop-user")["spec"]["template"]["spec"]["containers"][0]["image"],
            "shopkeeper/user:2.0");
  EXPECT_EQ(world.cluster.at("Shop", "shop")["status"]["version"], "2.0");
  EXPECT_EQ(world.condition("Ready")["observedGeneration"], 2);
  EXPECT_EQ(world.cluster.names("Job").size(), 5u) << "the old version's Jobs are gone";
}

TEST(Reconcile, SetsUpDatabasesOnceTheUpgradedServerIsBack) {
  World world;
  world.settle();
  const auto jobs = world.cluster.names("Job");
  world.cluster.at("Shop", "shop")["spec"]["version"] = "2.0";
  world.pass();
  for (const auto& job : world.cluster.names("Job"))
    EXPECT_EQ(std::count(jobs.begin(), jobs.end(), job), 1) << job << " against a server that restarts";
  EXPECT_EQ(world.reason("DatabaseReady"), "Starting");
  EXPECT_EQ(world.reason("MessagingReady"), "Starting");
  world.settle();
  EXPECT_EQ(world.status("Ready"), "True") << world.condition("Ready");
}

TEST(Reconcile, MakesNoAutoscalerBeforeTheReplicasAreHandedOver) {
  World world(Json::parse(R"({"services":{"order":{"replicas":3}}})"));
  world.settle();
  world.cluster.at("Shop", "shop")["spec"] =
      Json::parse(R"({"services":{"order":{"autoscaling":{"min":2,"max":5}}}})");
  world.cluster.refused = {"Deployment"};
  EXPECT_THROW(world.pass(), kube::ApiError);
  EXPECT_TRUE(world.cluster.names("HorizontalPodAutoscaler").empty()) << "the sign that they are";
  world.cluster.refused = {};
  world.settle();
  EXPECT_EQ(world.cluster.names("HorizontalPodAutoscaler").size(), 1u);
  EXPECT_EQ(world.cluster.at("Deployment", "shop-order")["spec"]["replicas"], 3);
  EXPECT_EQ(world.status("Ready"), "True") << world.condition("Ready");
  const auto before = world.cluster.writes;
  world.pass();
  EXPECT_EQ(world.cluster.writes, before);
}

TEST(Reconcile, TellsOfAMissingSecretAndHealsWhenItAppears) {
  World world(Json{{"email", {{"host", "smtp"}, {"from", "a@b"}, {"secret", "mail"}}}});
  world.settle();
  EXPECT_EQ(world.reason("Ready"), "SecretMissing");
  EXPECT_EQ(world.condition("Ready")["message"], "spec.email.secret names Secret mail, which does not exist");
  EXPECT_EQ(world.status("Degraded"), "True");
  EXPECT_TRUE(world.pass().requeue_after) << "nothing tells us of a foreign Secret";
  EXPECT_FALSE(world.cluster.objects.contains({"Deployment", "shop-notification"}));
  EXPECT_TRUE(world.cluster.objects.contains({"Deployment", "shop-user"})) << "what does not need it runs";
  world.cluster.objects[{"Secret", "mail"}] = {
      {"kind", "Secret"}, {"metadata", {{"name", "mail"}}}, {"data", {{"username", "YQ=="}}}};
  world.cluster.foreign.insert({"Secret", "mail"});
  world.settle();
  EXPECT_EQ(world.condition("Ready")["message"],
            "spec.email.secret names Secret mail, which has no key password");
  world.cluster.at("Secret", "mail")["data"]["password"] = "Yg==";
  world.settle();
  EXPECT_EQ(world.status("Ready"), "True") << world.condition("Ready");
  EXPECT_FALSE(world.pass().requeue_after);
}

TEST(Reconcile, LeavesAloneWhatIsSomebodyElses) {
  World world;
  world.cluster.objects[{"Deployment", "shop-user"}] = Json::parse(
      R"({"kind":"Deployment","metadata":{"name":"shop-user","namespace":"shops","uid":"foreign"},"spec":{"replicas":7}})");
  world.cluster.foreign.insert({"Deployment", "shop-user"});
  for (int i = 0; i < 8; ++i) {
    try {
      world.pass();
    } catch (const std::exception&) {
    }
    world.cluster.run_workloads();
  }
  EXPECT_EQ(world.cluster.at("Deployment", "shop-user")["spec"], Json::parse(R"({"replicas":7})"));
  EXPECT_EQ(world.reason("Degraded"), "NameTaken");
  EXPECT_TRUE(world.cluster.objects.contains({"Deployment", "shop-order"})) << "the others go on";
}

TEST(Reconcile, TellsWhatTheApiServerRefuses) {
  World world;
  world.cluster.refused = {"Ingress"};
  EXPECT_THROW(world.pass(), kube::ApiError) << "to be tried again, later and later";
  EXPECT_EQ(world.reason("Degraded"), "Refused");
  world.cluster.refused.clear();
  world.settle();
  EXPECT_EQ(world.status("Ready"), "True");
}

TEST(Reconcile, OfAWrongSpecSaysSoOnceAndMakesNothing) {
  World world(Json{{"access", "Closed"}});
  EXPECT_FALSE(world.pass().requeue_after);
  EXPECT_EQ(world.reason("Ready"), "InvalidSpec");
  auto writes = world.cluster.writes;
  world.pass();
  EXPECT_EQ(world.cluster.writes, writes);
  EXPECT_EQ(world.cluster.objects.size(), 1u);
}

TEST(Reconcile, OfAPausedShopChangesNothingButItsStatus) {
  World world;
  world.settle();
  world.cluster.at("Shop", "shop")["spec"]["paused"] = true;
  world.cluster.objects.erase({"Deployment", "shop-user"});
  world.pass();
  EXPECT_EQ(world.reason("Progressing"), "Paused");
  EXPECT_EQ(world.status("Ready"), "False") << "a service is away";
  EXPECT_FALSE(world.cluster.objects.contains({"Deployment", "shop-user"}));
  world.cluster.at("Shop", "shop")["spec"]["paused"] = false;
  world.settle();
  EXPECT_EQ(world.status("Ready"), "True");
}

TEST(Reconcile, RemovesWhatIsNoLongerWanted) {
  World world(Json::parse(R"({"services":{"user":{"replicas":2}},"networkPolicy":true})"));
  world.settle();
  ASSERT_EQ(world.cluster.names("PodDisruptionBudget"), std::vector<std::string>{"shop-user"});
  ASSERT_EQ(world.cluster.names("NetworkPolicy").size(), 2u);
  world.cluster.at("Shop", "shop")["spec"] = Json::object();
  world.settle();
  EXPECT_TRUE(world.cluster.names("PodDisruptionBudget").empty());
  EXPECT_TRUE(world.cluster.names("NetworkPolicy").empty());
  EXPECT_EQ(world.cluster.names("StatefulSet").size(), 2u);
}

TEST(Reconcile, TriesAFailedJobAgainLaterAndLater) {
  World world;
  world.pass();
  world.cluster.run_workloads();
  world.pass();
  auto job = world.cluster.names("Job").at(0);
  FakeCluster::finish(world.cluster.at("Job", job), "Failed", "BackoffLimitExceeded");
  auto uid = kube::uid(world.cluster.at("Job", job));
  EXPECT_EQ(world.pass().requeue_after, std::chrono::milliseconds(10'100));
  EXPECT_EQ(world.reason("Degraded"), "JobFailed");
  EXPECT_NE(world.condition("Degraded")["message"].get<std::string>().find(job), std::string::npos);
  EXPECT_EQ(kube::uid(world.cluster.at("Job", job)), uid);
  world.now += std::chrono::seconds(11);
  world.pass();
  EXPECT_NE(kube::uid(world.cluster.at("Job", job)), uid);
  EXPECT_EQ(kube::annotation(world.cluster.at("Job", job), "shopkeeper.dev/attempt"), "2");
  world.settle();
  EXPECT_EQ(world.status("Ready"), "True");
}

TEST(Reconcile, OfAShopThatGoesDoesNothing) {
  World world;
  world.cluster.at("Shop", "shop")["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  world.pass();
  EXPECT_EQ(world.cluster.writes, 0);
}

TEST(Reconcile, MakesAPodMonitorWhereTheClusterKnowsThem) {
  World without;
  without.settle();
  EXPECT_TRUE(without.cluster.names("PodMonitor").empty());
  EXPECT_EQ(without.status("Ready"), "True");

  World world;
  world.cluster.has_pod_monitors = true;
  world.settle();
  EXPECT_EQ(world.cluster.names("PodMonitor"), std::vector<std::string>{"shop"});
  EXPECT_EQ(world.status("Ready"), "True");
  // It is in no cache, and yet not written anew each time.
  world.cluster.foreign.insert({"PodMonitor", "shop"});
  const auto writes = world.cluster.writes;
  world.pass();
  EXPECT_EQ(world.cluster.writes, writes);

  world.cluster.at("Shop", "shop")["spec"] = {{"monitoring", {{"podMonitor", "Never"}}}};
  world.pass();
  EXPECT_TRUE(world.cluster.names("PodMonitor").empty()) << "no longer wanted";
}

TEST(Reconcile, WithoutTheRightToMakeAPodMonitorSaysSoAndGoesOn) {
  World world;
  world.cluster.has_pod_monitors = true;
  world.cluster.refused.insert("PodMonitor");
  for (int i = 0; i < 8; ++i) {
    EXPECT_THROW(world.pass(), kube::ApiError);
    world.cluster.run_workloads();
  }
  EXPECT_EQ(world.cluster.names("Deployment").size(), 4u);
  EXPECT_EQ(world.reason("Degraded"), "Refused");
}

}  // namespace
}  // namespace shop
