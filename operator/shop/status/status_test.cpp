#include "operator/shop/status/status.hpp"

#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const auto now = *kit::parse_rfc3339("2026-01-01T00:00:00Z");

TEST(Status, KeepsTransitionTimesAndIsEqualWithoutAChange) {
  auto in = inputs();
  auto plan = make_plan(in, {}, now);
  auto shop = shop_object();
  shop["status"] = make_status(shop, in, plan.progress, now);
  EXPECT_EQ(make_status(shop, in, plan.progress, now + std::chrono::hours(1)), shop["status"]);
  EXPECT_TRUE(transitions(shop["status"], shop["status"]).empty());
  auto failed = failed_status(shop, "InvalidSpec", "why", now + std::chrono::hours(1));
  auto changed = transitions(shop["status"], failed);
  ASSERT_FALSE(changed.empty());
  EXPECT_EQ(changed[0].reason, "InvalidSpec");
}

/// Of a Shop that is complete.
Progress complete() {
  const ComponentStatus done{true, "Up", "up"};
  Progress progress{done, done, done, done, {true, "AddressAssigned", "routes"}, {}, "http://x", {}};
  for (auto service : all_services)
    progress.services[service] = {
        {.exists = true, .desired = 1, .ready = 1, .usable = true, .image = "user:1"}, true};
  return progress;
}

/// "True" or "False (reason)" of a condition, for a Shop whose `version` was complete before.
std::string said(const char* type, const Progress& progress, bool complete_before = true) {
  auto shop = shop_object();
  if (complete_before)
    shop["status"] = R"({"version":"1.0","conditions":[{"type":"Ready","status":"True"}]})"_json;
  shop["status"] = make_status(shop, inputs(), progress, now);
  const auto* found = kube::find_condition(shop, type);
  return (*found)["status"] == "True" ? "True" : "False (" + (*found)["reason"].get<std::string>() + ")";
}

TEST(Status, IsReadyWhileRequestsAreAnswered) {
  EXPECT_EQ(said("Ready", complete()), "True");
  auto progress = complete();
  progress.services[Service::Order].up_to_date = false;
  EXPECT_EQ(said("Ready", progress), "True") << "a pod of the old version, or one too many";
  EXPECT_EQ(said("Progressing", progress), "True");

  progress = complete();
  progress.problems = {{"PodFailing", "Pod shop-order-2: Unschedulable"}};
  EXPECT_EQ(said("Ready", progress), "True") << "the other pods answer";
  EXPECT_EQ(said("Degraded", progress), "True");
  EXPECT_EQ(said("Progressing", progress), "False (Complete)");

  progress = complete();
  progress.database = {false, "Starting", "PostgreSQL is not up yet"};
  EXPECT_EQ(said("Ready", progress), "True") << "the services answer from their caches, or with 503";
  EXPECT_EQ(said("DatabaseReady", progress), "False (Starting)");
}

TEST(Status, IsNotReadyWithoutAPodOfEachServiceOrAnAddress) {
  auto progress = complete();
  progress.services[Service::Order].state.usable = false;
  EXPECT_EQ(said("Ready", progress), "False (NoReadyPods)");
  progress.problems = {{"PodFailing", "Pod shop-order-2: Unschedulable"}};
  EXPECT_EQ(said("Ready", progress), "False (PodFailing)") << "what stands in the way";
  progress = complete();
  progress.gateway = {false, "NoAddress", "none"};
  EXPECT_EQ(said("Ready", progress), "False (NoAddress)");
  EXPECT_EQ(said("GatewayReady", progress), "False (NoAddress)");
  EXPECT_EQ(said("Degraded", progress), "False (AsExpected)");
}

TEST(Status, IsReadyForTheFirstTimeOnceTheInstallationIsComplete) {
  EXPECT_EQ(said("Ready", complete(), false), "True");
  auto progress = complete();
  progress.sample_data = {false, "Filling", "filling"};
  EXPECT_EQ(said("Ready", progress, false), "False (Filling)");
  EXPECT_EQ(said("Ready", progress, true), "True");
}

TEST(Status, ReportsWhyTheGatewayDoesNotAnswer) {
  const auto gateway = [](const Inputs& in, const char* status) {
    Observed observed;
    if (status) {
      auto ingress = desired::ingress(in).object;
      ingress["status"] = Json::parse(status);
      see(observed, ingress);
    }
    return make_plan(in, observed, now).progress.gateway.reason;
  };
  auto in = inputs();
  EXPECT_EQ(gateway(in, nullptr), "Applying");
  EXPECT_EQ(gateway(in, R"({"loadBalancer":{}})"), "NoAddress");
  EXPECT_EQ(gateway(in, R"({"loadBalancer":{"ingress":[{"ip":"10.0.0.9"}]}})"), "AddressAssigned");
  in.spec.gateway.wait_for_address = false;
  EXPECT_EQ(gateway(in, R"({"loadBalancer":{}})"), "IngressApplied");
  in = inputs(R"({"gateway":{"host":"shop.example.com","tls":{"issuer":"letsencrypt"}}})"_json);
  in.missing_secrets = {{secret_references(in).at(0), ""}};
  EXPECT_EQ(gateway(in, R"({"loadBalancer":{"ingress":[{"ip":"10.0.0.9"}]}})"), "CertificatePending");
  const auto plan = make_plan(in, {}, now);
  EXPECT_TRUE(plan.progress.problems.empty()) << "cert-manager creates it after the Ingress";
}

TEST(Status, ReportsTheEndpoint) {
  auto in = inputs(R"({"gateway":{"host":"shop.example.com","tls":{"secretName":"cert"}}})"_json);
  EXPECT_EQ(make_plan(in, {}, now).progress.endpoint, "https://shop.example.com");
  Observed observed;
  see(observed,
      R"({"kind":"Ingress","metadata":{"name":"shop"},"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.9"}]}}})"_json);
  EXPECT_EQ(make_plan(inputs(), observed, now).progress.endpoint, "http://10.0.0.9");
  EXPECT_EQ(make_plan(inputs(R"({"gateway":{"port":8080}})"_json), observed, now).progress.endpoint,
            "http://10.0.0.9:8080");
  EXPECT_EQ(make_plan(inputs(R"({"gateway":{"port":80}})"_json), observed, now).progress.endpoint,
            "http://10.0.0.9");
}

}  // namespace
}  // namespace shop
