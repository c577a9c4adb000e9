// Scaling, restarts, and pods that are spread and evicted one by one.
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::inputs;

Json autoscaling(const Json& value) { return {{"services", {{"order", {{"autoscaling", value}}}}}}; }

TEST(Autoscaler, FollowsTheMetricsOfItsServiceBesideCpu) {
  const auto in = inputs(autoscaling(
      R"({"max":6,"metrics":[{"type":"QueueDepth","target":50},{"type":"Latency","target":250}]})"_json));
  const auto metrics = desired::autoscaler(in, Service::Order).object["spec"]["metrics"];
  ASSERT_EQ(metrics.size(), 3u);
  EXPECT_EQ(metrics[0]["resource"]["name"], "cpu");
  EXPECT_EQ(metrics[1]["external"], R"({"metric":{"name":"shopkeeper_queue_messages",
      "selector":{"matchLabels":{"shop":"shop","queue":"order.events"}}},
      "target":{"type":"AverageValue","averageValue":"50"}})"_json);
  EXPECT_EQ(metrics[2]["external"], R"({"metric":{"name":"shopkeeper_request_seconds_p95",
      "selector":{"matchLabels":{"shop":"shop","service":"order"}}},
      "target":{"type":"Value","value":"250m"}})"_json);
}

TEST(Autoscaler, WritesWholeSecondsAsTheApiServerDoes) {
  const auto in = inputs(autoscaling(R"({"max":6,"metrics":[{"type":"Latency","target":2000}]})"_json));
  EXPECT_EQ(
      desired::autoscaler(in, Service::Order).object["spec"]["metrics"][1]["external"]["target"]["value"],
      "2");
}

TEST(Autoscaler, TakesPodsAwaySlowlyAndAddsThemAtOnce) {
  const auto spec = desired::autoscaler(inputs(autoscaling({{"max", 6}})), Service::Order).object["spec"];
  EXPECT_EQ(
      spec["behavior"],
      R"({"scaleDown":{"stabilizationWindowSeconds":300,"policies":[{"type":"Pods","value":1,"periodSeconds":60}]}})"_json);
}

TEST(Restart, AnotherTextOfTheAnnotationReplacesThePodsOfThatServiceOnly) {
  const auto template_of = [](const Json& annotations, Service service) {
    auto shop = testing::shop_object();
    shop["metadata"]["annotations"] = annotations;
    auto in = inputs();
    in.spec = parse_shop(shop);
    return desired::deployment(in, service).object["spec"]["template"];
  };
  const Json first = {{"shopkeeper.dev/restart-order", "Monday"}};
  const Json second = {{"shopkeeper.dev/restart-order", "Tuesday"}};
  EXPECT_NE(template_of(first, Service::Order), template_of(second, Service::Order));
  EXPECT_NE(template_of(first, Service::Order), template_of({}, Service::Order));
  EXPECT_EQ(template_of(first, Service::User), template_of(second, Service::User));
  EXPECT_EQ(template_of(first, Service::Order), template_of(first, Service::Order));
}

TEST(Pods, AreSpreadOverNodesAndZonesByTheLabelsOfTheirOwnComponent) {
  const auto in = inputs();
  for (auto service : all_services) {
    const auto object = desired::deployment(in, service).object;
    const auto& pod = object.at("/spec/template/spec"_json_pointer);
    std::set<std::string> keys;
    for (const auto& each : pod.at("topologySpreadConstraints")) {
      keys.insert(each.at("topologyKey"));
      EXPECT_EQ(each.at("whenUnsatisfiable"), "ScheduleAnyway") << "a single node must do";
      EXPECT_EQ(each.at("labelSelector").at("matchLabels"),
                object.at("/spec/selector/matchLabels"_json_pointer));
    }
    EXPECT_EQ(keys, (std::set<std::string>{"kubernetes.io/hostname", "topology.kubernetes.io/zone"}));
  }
}

TEST(DisruptionBudget, AllowsOneEvictionAtATimeAndNeverBlocksForPodsThatAreNotReady) {
  const auto in = inputs({{"services", {{"order", {{"replicas", 3}}}}}});
  const auto spec = desired::disruption_budget(in, Service::Order).object["spec"];
  EXPECT_EQ(spec["maxUnavailable"], 1);
  EXPECT_EQ(spec["unhealthyPodEvictionPolicy"], "AlwaysAllow");
  EXPECT_EQ(spec["selector"], desired::deployment(in, Service::Order).object["spec"]["selector"]);
}

}  // namespace
}  // namespace shop
