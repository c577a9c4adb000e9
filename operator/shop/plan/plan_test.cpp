#include "operator/shop/plan/plan.hpp"

#include "operator/kube/apply/apply.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const auto now = *kit::parse_rfc3339("2026-01-01T00:00:00Z");

const DesiredObject* find(const std::vector<DesiredObject>& list, const std::string& kind,
                          const std::string& name) {
  for (const auto& each : list)
    if (each.type.kind == kind && kube::name(each.object) == name) return &each;
  return nullptr;
}

TEST(Plan, ExpandsVolumesAndNeverShrinksThem) {
  auto in = inputs(R"({"database":{"managed":{"storage":"20Gi"}}})"_json);
  Observed observed;
  auto live = desired::postgres(inputs(), database_servers(in)[0]).object;
  see(observed, live);
  see(observed,
      R"({"kind":"PersistentVolumeClaim","metadata":{"name":"data-shop-postgres-0","namespace":"shops"},
                                "spec":{"resources":{"requests":{"storage":"8Gi"}}}})"_json);
  auto plan = make_plan(in, observed, now);
  ASSERT_EQ(plan.changes.expansions.size(), 1u);
  EXPECT_EQ(plan.changes.expansions[0].size, "20Gi");
  const auto* desired = find(plan.changes.apply, "StatefulSet", "shop-postgres");
  ASSERT_TRUE(desired);
  EXPECT_EQ(desired->object["spec"]["volumeClaimTemplates"], live["spec"]["volumeClaimTemplates"])
      << "cannot be changed";
  EXPECT_TRUE(make_plan(inputs(R"({"database":{"managed":{"storage":"1Gi"}}})"_json), observed, now)
                  .changes.expansions.empty());
}

TEST(Plan, ReplacesPodsInParallelUnlessTheStatefulSetExists) {
  auto in = inputs();
  for (const char* name : {"shop-postgres", "shop-rabbitmq"}) {
    auto plan = make_plan(in, {}, now);
    const auto* fresh = find(plan.changes.apply, "StatefulSet", name);
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->object["spec"]["podManagementPolicy"], "Parallel");
    auto live = fresh->object;
    live["spec"]["podManagementPolicy"] = "OrderedReady";
    Observed observed;
    see(observed, live);
    plan = make_plan(in, observed, now);
    EXPECT_EQ(find(plan.changes.apply, "StatefulSet", name)->object["spec"]["podManagementPolicy"],
              "OrderedReady")
        << "cannot be changed";
  }
}

TEST(Plan, StartsTheSetupJobOnlyOnceTheServerRunsAsDesired) {
  const auto old = inputs();
  const auto server = database_servers(old)[0];
  auto live = desired::postgres(old, server).object;
  live["metadata"]["annotations"][applied_annotation] = kube::Applier::hash(live);
  live["metadata"]["generation"] = 2;
  live["status"] = {{"observedGeneration", 2}, {"replicas", 1}, {"updatedReplicas", 1}, {"readyReplicas", 1}};
  auto setup = [&](const Inputs& in, const Json& stateful_set) {
    Observed observed;
    see(observed, stateful_set);
    return make_plan(in, observed, now).changes.jobs.size();
  };
  EXPECT_EQ(setup(old, live), 1u);
  EXPECT_EQ(setup(inputs(Json{{"version", "2.0"}}), live), 1u)
      << "a new version of the shop restarts no store";
  EXPECT_EQ(setup(inputs(R"({"database":{"managed":{"version":"15-7"}}})"_json), live), 0u)
      << "this pass restarts it";
  EXPECT_EQ(
      setup(
          inputs(
              R"({"database":{"managed":{"resources":{"requests":{"cpu":"1"},"limits":{"cpu":"3"}}}}})"_json),
          live),
      0u)
      << "and so does this one";
  for (auto [field, value] :
       {std::pair{"observedGeneration", 1}, {"replicas", 2}, {"updatedReplicas", 0}, {"readyReplicas", 0}}) {
    auto other = live;
    other["status"][field] = value;
    EXPECT_EQ(setup(old, other), 0u) << field;
  }
}

TEST(Plan, DeletesOnlyObjectsOfThisShopAndNeverData) {
  Observed observed;
  auto mine = [](const char* kind, const char* name, const char* owner) {
    auto shop = shop_object();
    shop["metadata"]["uid"] = owner;
    Json object = {{"kind", kind}, {"metadata", {{"name", name}, {"namespace", "shops"}, {"uid", "u"}}}};
    object["metadata"]["ownerReferences"] = Json::array({kube::owner_reference(shop)});
    return object;
  };
  see(observed, mine("NetworkPolicy", "shop-old", "uid-of-shop"));
  see(observed, mine("NetworkPolicy", "shop-other", "uid-of-an-earlier-shop"));
  see(observed, mine("StatefulSet", "shop-old", "uid-of-shop"));
  see(observed, mine("PersistentVolumeClaim", "data-shop-old-0", "uid-of-shop"));
  see(observed, mine("Secret", "shop-passwords", "uid-of-shop"));
  auto plan = make_plan(inputs(), observed, now);
  ASSERT_EQ(plan.changes.deletions.size(), 1u);
  EXPECT_EQ(plan.changes.deletions[0].key.name, "shop-old");
  EXPECT_EQ(plan.changes.deletions[0].type.kind, "NetworkPolicy");
  EXPECT_EQ(plan.changes.deletions[0].uid, "u");
}

TEST(Plan, ReportsPodsThatFail) {
  Observed observed;
  see(observed, R"({"kind":"Pod","metadata":{"name":"shop-user-1"},"status":{"containerStatuses":[
    {"name":"user","state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off 10s"}}}]},
    "spec":{"containers":[{"name":"user","image":"shopkeeper/user:9.9"}]}})"_json);
  see(observed, R"({"kind":"Pod","metadata":{"name":"shop-order-1"},"status":{"conditions":[
    {"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes are available"}]}})"_json);
  see(observed,
      R"({"kind":"Pod","metadata":{"name":"shop-product-1"},"status":{"containerStatuses":[
    {"name":"product","state":{"waiting":{"reason":"ContainerCreating"}}}]}})"_json);
  auto problems = make_plan(inputs(), observed, now).progress.problems;
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].message, "Pod shop-order-1: Unschedulable: 0/1 nodes are available");
  EXPECT_EQ(problems[1].message,
            "Pod shop-user-1: ImagePull: image shopkeeper/user:9.9 of container user cannot be pulled");
}

TEST(Plan, AcceptsMalformedObjects) {
  Observed observed;
  for (const char* kind : {"StatefulSet", "Deployment", "Job", "Pod", "PersistentVolumeClaim", "Ingress"})
    for (const char* name : {"shop-postgres", "shop-user", "shop", "data-shop-postgres-0"})
      see(observed, Json{{"kind", kind},
                         {"metadata", {{"name", name}}},
                         {"spec", "x"},
                         {"status", {{"conditions", 7}}}});
  EXPECT_NO_THROW(make_plan(inputs(), observed, now));
}

TEST(JobRetryDelay, DoublesFromTenSecondsToFiveMinutes) {
  EXPECT_EQ(job_retry_delay(1), std::chrono::seconds(10));
  EXPECT_EQ(job_retry_delay(3), std::chrono::seconds(40));
  EXPECT_EQ(job_retry_delay(50), std::chrono::minutes(5));
}

}  // namespace
}  // namespace shop
