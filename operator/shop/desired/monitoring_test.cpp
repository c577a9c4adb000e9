#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

TEST(Monitoring, AnnotatesPodsWithTheirMetricsEndpoint) {
  auto in = inputs();
  const auto annotations = [](const Json& workload) {
    return workload.at("spec").at("template").at("metadata").at("annotations");
  };
  for (auto service : all_services) {
    auto found = annotations(desired::deployment(in, service).object);
    EXPECT_EQ(found["prometheus.io/scrape"], "true");
    EXPECT_EQ(found["prometheus.io/port"], "9090");
    EXPECT_EQ(found["prometheus.io/path"], "/metrics");
  }
  EXPECT_EQ(annotations(desired::rabbitmq(in).object)["prometheus.io/port"], "15692");
  EXPECT_FALSE(
      annotations(desired::postgres(in, database_servers(in)[0]).object).contains("prometheus.io/scrape"))
      << "it has no metrics of its own: the services export them";
}

TEST(Monitoring, PodMonitorSelectsAPortOfEveryPod) {
  auto in = inputs(R"({"monitoring":{"labels":{"release":"prometheus"}}})"_json);
  auto object = desired::pod_monitor(in).object;
  EXPECT_EQ(object["apiVersion"], "monitoring.coreos.com/v1");
  EXPECT_EQ(object["metadata"]["labels"]["release"], "prometheus");
  auto desired = object["spec"]["selector"]["matchLabels"];
  std::set<std::string> ports;
  for (const auto& each : object["spec"]["podMetricsEndpoints"]) ports.insert(each["port"]);
  // Targets of one pod need different labels.
  const auto& endpoints = object["spec"]["podMetricsEndpoints"];
  EXPECT_EQ(endpoints[1]["port"], endpoints[2]["port"]);
  EXPECT_EQ(endpoints[2]["relabelings"].back()["targetLabel"], "endpoint");
  std::vector<Json> workloads{desired::rabbitmq(in).object};
  for (auto service : all_services) workloads.push_back(desired::deployment(in, service).object);
  for (const auto& workload : workloads) {
    const auto labels = workload["spec"]["template"]["metadata"]["labels"];
    for (const auto& [label, value] : desired.items()) EXPECT_EQ(labels.at(label), value);
    bool found = false;
    for (const auto& port : container_of(workload)["ports"])
      found = found || ports.contains(port["name"].get<std::string>());
    EXPECT_TRUE(found) << workload["metadata"]["name"];
  }
}

}  // namespace
}  // namespace shop
