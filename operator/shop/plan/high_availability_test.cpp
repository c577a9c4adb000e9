// Databases by CloudNativePG and brokers by RabbitMQ's cluster operator.
#include "operator/shop/desired/connections.hpp"
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const auto now = *kit::parse_rfc3339("2026-01-01T01:00:00Z");

Inputs clustered(Json database = Json::object(), Json messaging = Json::object()) {
  auto in = inputs({{"database", {{"cloudNativePG", std::move(database)}}},
                    {"messaging", {{"clusterOperator", std::move(messaging)}}}});
  in.cloud_native_pg = in.rabbitmq_clusters = true;
  return in;
}

ComponentStep database(const Inputs& in, const Observed& observed) {
  return plan_cloud_native_pg({in, observed, now});
}
ComponentStep broker(const Inputs& in, const Observed& observed) {
  return plan_cluster_operator({in, observed, now});
}

void see_cluster(Observed& observed, int ready, const char* phase, bool all_ready) {
  see(observed, {{"kind", "Cluster"},
                 {"metadata", {{"name", "shop-postgres"}}},
                 {"status",
                  {{"readyInstances", ready},
                   {"currentPrimary", "shop-postgres-1"},
                   {"phase", phase},
                   {"conditions", {{{"type", "Ready"}, {"status", all_ready ? "True" : "False"}}}}}}});
}
void see_pooler(Observed& observed, int instances) {
  see(observed, {{"kind", "Pooler"},
                 {"metadata", {{"name", "shop-postgres-pooler"}}},
                 {"status", {{"instances", instances}}}});
}
void see_setup(const Inputs& in, Observed& observed) {
  auto job = desired::databases_job(in, database_servers(in).front()).object;
  job["status"]["conditions"] = {{{"type", "Complete"}, {"status", "True"}}};
  see(observed, std::move(job));
}
void see_broker(Observed& observed, const std::string& unmet, const std::string& since) {
  Json conditions = Json::array();
  for (const char* type : {"AllReplicasReady", "ClusterAvailable", "ReconcileSuccess"})
    conditions.push_back({{"type", type},
                          {"status", unmet == type ? "False" : "True"},
                          {"reason", "Why"},
                          {"message", "because"},
                          {"lastTransitionTime", since}});
  see(observed, {{"kind", "RabbitmqCluster"},
                 {"metadata", {{"name", "shop-rabbitmq"}}},
                 {"status", {{"conditions", std::move(conditions)}}}});
}

std::vector<std::string> applied_kinds(const ComponentStep& step) {
  std::vector<std::string> kinds;
  for (const auto& each : step.result.changes.apply) kinds.push_back(each.type.kind);
  return kinds;
}
long count(const std::vector<std::string>& kinds, const char* kind) {
  return std::count(kinds.begin(), kinds.end(), kind);
}
Json setting(const DesiredObject& cluster, const char* name) {
  return cluster.object["spec"]["postgresql"]["parameters"].value(name, "");
}

TEST(CloudNativePgCluster, IsWhatTheShopAsksFor) {
  const auto cluster = desired::pg_cluster(clustered());
  const auto& spec = cluster.object["spec"];
  EXPECT_EQ(spec["instances"], 3);
  EXPECT_EQ(spec["storage"], R"({"size":"8Gi"})"_json);
  EXPECT_FALSE(spec.contains("imageName"));
  EXPECT_EQ(setting(cluster, "max_connections"), std::to_string(max_connections));
  EXPECT_EQ(spec["postgresql"]["synchronous"]["dataDurability"], "required");
  EXPECT_FALSE(
      desired::pg_cluster(clustered({{"instances", 1}})).object["spec"]["postgresql"].contains("synchronous"))
      << "no commit would be confirmed";
  const auto password = desired::pg_superuser(clustered()).object;
  EXPECT_EQ(decoded(password, "password"), "pw-postgres");
  EXPECT_EQ(password["metadata"]["name"], spec["superuserSecret"]["name"]);
}

TEST(CloudNativePgCluster, HasBuffersWithinTheMemoryRequest) {
  const auto cluster = desired::pg_cluster(
      clustered({{"resources", {{"requests", {{"memory", "128Mi"}}}, {"limits", {{"memory", "8Gi"}}}}}}));
  EXPECT_EQ(setting(cluster, "shared_buffers"), "128MB");
}

TEST(CloudNativePgCluster, OutlivesTheShopUnlessItIsToBeDeleted) {
  EXPECT_FALSE(kube::controller_of(desired::pg_cluster(clustered()).object));
  EXPECT_TRUE(kube::controller_of(desired::pg_cluster(clustered({{"deletionPolicy", "Delete"}})).object));
}

TEST(CloudNativePgPooler, GivesEachServiceItsConnectionsAndASession) {
  auto in = clustered();
  for (int replicas : {1, 20}) {
    for (auto& [service, each] : in.spec.services) each.replicas = replicas;
    const auto bouncer = desired::pg_pooler(in).object["spec"]["pgbouncer"];
    EXPECT_EQ(bouncer["poolMode"], "session");
    const auto budget = connection_budget(in, Service::User);
    EXPECT_TRUE(budget.fits());
    for (const auto& [service, limit] : budget.limits)
      EXPECT_GE(std::stoi(bouncer["parameters"]["default_pool_size"].get<std::string>()), limit);
    EXPECT_GE(std::stoi(bouncer["parameters"]["max_client_conn"].get<std::string>()), budget.needed);
  }
}

TEST(CloudNativePg, ServicesConnectToThePoolerAndJobsThatMakeDatabasesToThePrimary) {
  const auto url = [](const Inputs& in) {
    return decoded(desired::database_secret(in, Service::User).object, "url");
  };
  const auto in = clustered();
  EXPECT_EQ(url(in), "postgresql://shopkeeper_user:pw-user@shop-postgres-pooler:5432/shopkeeper_user");
  EXPECT_NE(url(clustered({{"pooler", {{"instances", 0}}}})).find("@shop-postgres-rw:"), std::string::npos);
  const auto job = desired::databases_job(in, database_servers(in).front()).object;
  EXPECT_EQ(named(container_of(job)["env"], "PGHOST")["value"], "shop-postgres-rw");
  for (const auto& each : {job, desired::deployment(in, Service::User).object}) {
    EXPECT_EQ(named(container_of(each)["env"], "PGSSLMODE")["value"], "verify-ca");
    EXPECT_EQ(named(pod_of(each)["volumes"], "database-ca")["secret"]["secretName"], "shop-postgres-ca");
  }
}

TEST(CloudNativePg, PoliciesLetServicesAndJobsReachItsPodsAndRestrictNoneOfThem) {
  const auto in = clustered();
  int reaching = 0;
  for (const auto& policy : desired::network_policies(in)) {
    const auto text = policy.object["spec"]["egress"].dump();
    reaching += text.find("cnpg.io/poolerName") != std::string::npos &&
                text.find(R"("cnpg.io/cluster":"shop-postgres")") != std::string::npos;
    EXPECT_EQ(policy.object["spec"]["podSelector"].dump().find("cnpg.io"), std::string::npos);
    EXPECT_NE(kube::name(policy.object), "shop-postgres");
  }
  EXPECT_EQ(reaching, 5) << "four services, and the Jobs";
}

TEST(CloudNativePg, SaysWhatToInstallWhereItsKindsAreMissing) {
  auto in = clustered();
  in.cloud_native_pg = false;
  const auto step = database(in, {});
  EXPECT_EQ(step.status.reason, "CloudNativePGMissing");
  EXPECT_NE(step.status.message.find("install CloudNativePG"), std::string::npos);
  EXPECT_EQ(count(applied_kinds(step), "Cluster") + count(applied_kinds(step), "Pooler"), 0);
  EXPECT_TRUE(step.result.changes.jobs.empty());
  EXPECT_TRUE(step.result.requeue_after);
  ASSERT_EQ(step.result.problems.size(), 1u);
}

TEST(CloudNativePg, MakesDatabasesOnceThePrimaryIsUpAndIsDoneOnceThePoolerRuns) {
  const auto in = clustered();
  Observed observed;
  EXPECT_EQ(database(in, observed).status.reason, "Starting");
  EXPECT_TRUE(database(in, observed).result.changes.jobs.empty());
  see_cluster(observed, 1, "Creating a new replica", false);
  EXPECT_EQ(database(in, observed).status.reason, "MakingDatabases");
  EXPECT_EQ(database(in, observed).result.changes.jobs.size(), 1u);
  EXPECT_TRUE(database(in, observed).result.problems.empty());
  see_setup(in, observed);
  EXPECT_EQ(database(in, observed).status.reason, "Starting");
  EXPECT_TRUE(database(in, observed).ready.empty());
  see_pooler(observed, 1);
  const auto step = database(in, observed);
  EXPECT_TRUE(step.status.done) << step.status.message;
  EXPECT_EQ(step.ready.size(), 4u);
  EXPECT_EQ(count(applied_kinds(step), "Cluster") + count(applied_kinds(step), "Pooler"), 2);
}

TEST(CloudNativePg, ReportsPhasesInWhichTheClusterWaitsOrHasFailed) {
  const auto in = clustered();
  Observed observed;
  see_setup(in, observed);
  see_pooler(observed, 2);
  see_cluster(observed, 2, "Failing over", false);
  const auto step = database(in, observed);
  EXPECT_TRUE(step.status.done) << "a primary is there";
  ASSERT_EQ(step.result.problems.size(), 1u);
  EXPECT_EQ(step.result.problems[0].message, "Cluster shop-postgres: Failing over (2 of 3 instances ready)");
  see_cluster(observed, 0, "Cluster is unrecoverable and needs manual intervention", false);
  EXPECT_FALSE(database(in, observed).status.done);
  EXPECT_EQ(database(in, observed).result.problems.size(), 1u);
  see_cluster(observed, 3, "Cluster in healthy state", true);
  EXPECT_TRUE(database(in, observed).result.problems.empty());
}

TEST(CloudNativePg, MakesDatabasesAgainInAnotherCluster) {
  auto in = clustered();
  const auto server = database_servers(in).front();
  const auto before = kube::name(desired::databases_job(in, server).object);
  in.volume_uids[server.name] = "another";
  EXPECT_NE(kube::name(desired::databases_job(in, server).object), before);
}

TEST(RabbitmqClusters, AreWhatTheShopAsksFor) {
  const auto spec = desired::rabbitmq_cluster(clustered()).object["spec"];
  EXPECT_EQ(spec["replicas"], 3);
  EXPECT_EQ(spec["resources"]["requests"]["memory"], spec["resources"]["limits"]["memory"]);
  EXPECT_EQ(spec["persistence"], R"({"storage":"8Gi"})"_json);
  EXPECT_NE(spec["rabbitmq"]["additionalConfig"].get<std::string>().find("target_group_size = 3"),
            std::string::npos);
  const auto pod = pod_of(desired::deployment(clustered(), Service::Order).object);
  EXPECT_EQ(named(pod["containers"][0]["env"], "AMQP_URL")["valueFrom"]["secretKeyRef"],
            R"({"name":"shop-rabbitmq-default-user","key":"connection_string"})"_json);
  EXPECT_THROW(clustered({}, {{"replicas", 2}}), InvalidSpec);
}

TEST(RabbitmqClusters, SayWhatToInstallWhereTheKindIsMissing) {
  auto in = clustered();
  in.rabbitmq_clusters = false;
  const auto step = broker(in, {});
  EXPECT_EQ(step.status.reason, "ClusterOperatorMissing");
  EXPECT_TRUE(step.result.changes.apply.empty());
  EXPECT_TRUE(step.result.requeue_after);
  EXPECT_EQ(step.result.problems.size(), 1u);
}

TEST(RabbitmqClusters, AreUpWhenTheyCanBeReachedAndTheirUserIsKnown) {
  auto in = clustered();
  Observed observed;
  EXPECT_EQ(broker(in, observed).status.reason, "Starting");
  see_broker(observed, "ClusterAvailable", "2026-01-01T00:59:59Z");
  EXPECT_FALSE(broker(in, observed).status.done);
  EXPECT_TRUE(broker(in, observed).result.problems.empty());
  see(observed,
      {{"kind", "RabbitmqCluster"},
       {"metadata", {{"name", "shop-rabbitmq"}}},
       {"status",
        {{"conditions",
          Json::array(
              {{{"type", "ClusterAvailable"}, {"status", "Unknown"}, {"reason", "NoEndpoints"}}})}}}});
  EXPECT_NE(broker(in, observed).status.message.find("NoEndpoints"), std::string::npos);
  see_broker(observed, "", "2026-01-01T00:00:00Z");
  in.missing_secrets.push_back({secret_references(in).back(), {}});
  ASSERT_EQ(in.missing_secrets[0].reference.name, "shop-rabbitmq-default-user");
  EXPECT_FALSE(broker(in, observed).status.done);
  in.missing_secrets.clear();
  EXPECT_TRUE(broker(in, observed).status.done);
}

TEST(RabbitmqClusters, ReportFailuresAndNodesThatStayAway) {
  const auto in = clustered();
  Observed observed;
  see_broker(observed, "AllReplicasReady", "2026-01-01T00:59:00Z");
  EXPECT_TRUE(broker(in, observed).result.problems.empty()) << "it may be starting";
  see_broker(observed, "AllReplicasReady", "2026-01-01T00:50:00Z");
  EXPECT_TRUE(broker(in, observed).status.done);
  ASSERT_EQ(broker(in, observed).result.problems.size(), 1u);
  EXPECT_EQ(broker(in, observed).result.problems[0].message,
            "RabbitmqCluster shop-rabbitmq: AllReplicasReady: Why: because");
  see_broker(observed, "ReconcileSuccess", "2026-01-01T00:59:59Z");
  EXPECT_EQ(broker(in, observed).result.problems.size(), 1u);
}

}  // namespace
}  // namespace shop
