#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

const Json with_parents =
    R"({"gateway":{"host":"shop.example.com","parentRefs":[{"name":"public","namespace":"infra","sectionName":"https"}]}})"_json;
const std::chrono::system_clock::time_point now{};

Inputs routed(const Json& spec = with_parents) {
  auto in = inputs(spec);
  in.http_routes = true;
  return in;
}

Json live_route(const Json& conditions, int generation = 2) {
  return {{"kind", "HTTPRoute"},
          {"metadata", {{"name", "shop"}, {"generation", generation}}},
          {"status", {{"parents", {{{"parentRef", {{"name", "public"}}}, {"conditions", conditions}}}}}}};
}

Json condition(const char* type, const char* status, int generation = 2) {
  return {{"type", type},
          {"status", status},
          {"reason", "NotAllowed"},
          {"message", "no"},
          {"observedGeneration", generation}};
}

ComponentStep plan(const Inputs& in, const Observed& observed) { return plan_gateway({in, observed, now}); }

TEST(Gateway, RouteLeadsToEachServiceByAllItsPaths) {
  const auto route = desired::http_route(routed()).object["spec"];
  EXPECT_EQ(route["hostnames"], R"(["shop.example.com"])"_json);
  EXPECT_EQ(route["parentRefs"], R"([{"name":"public","namespace":"infra","sectionName":"https"}])"_json);
  std::size_t matches = 0;
  for (const auto& rule : route["rules"]) {
    matches += rule["matches"].size();
    EXPECT_LE(rule["matches"].size(), 8u) << "older Gateway APIs allow no more";
  }
  EXPECT_EQ(matches, desired::ingress(inputs()).object["spec"]["rules"][0]["http"]["paths"].size());
  EXPECT_EQ(route["rules"][0]["backendRefs"], R"([{"name":"shop-user","port":8080}])"_json);
  EXPECT_EQ(route["rules"][0]["matches"][3]["path"],
            R"({"type":"Exact","value":"/.well-known/jwks.json"})"_json);
}

TEST(Gateway, SaysWhatToInstallWhereTheKindIsMissing) {
  const auto step = plan(inputs(with_parents), {});
  EXPECT_FALSE(step.status.done);
  EXPECT_EQ(step.status.reason, "GatewayApiMissing");
  EXPECT_NE(step.status.message.find("install the Gateway API"), std::string::npos);
  EXPECT_TRUE(step.result.changes.apply.empty());
  EXPECT_TRUE(step.result.requeue_after);
}

TEST(Gateway, IsReadyOnceEveryParentHasAcceptedTheRouteAsItIs) {
  Observed observed;
  EXPECT_EQ(plan(routed(), observed).status.reason, "Applying");
  see(observed, live_route(Json::array()));
  EXPECT_EQ(plan(routed(), observed).status.reason, "HTTPRouteWaiting");
  EXPECT_TRUE(plan(routed(), observed).result.requeue_after) << "nothing announces the change";
  see(observed, live_route(Json::array({condition("Accepted", "True", 1)})));
  EXPECT_EQ(plan(routed(), observed).status.reason, "HTTPRouteWaiting") << "an earlier route was accepted";
  see(observed, live_route({condition("Accepted", "True"), condition("ResolvedRefs", "True")}));
  const auto step = plan(routed(), observed);
  EXPECT_TRUE(step.status.done) << step.status.message;
  EXPECT_FALSE(step.result.requeue_after);
}

TEST(Gateway, ReportsARefusedRouteWithItsReason) {
  Observed observed;
  for (const char* type : {"Accepted", "ResolvedRefs"}) {
    see(observed, live_route({condition("Accepted", "True"), condition(type, "False")}));
    auto conditions = Json::array({condition(type, "False")});
    see(observed, live_route(conditions));
    const auto step = plan(routed(), observed);
    EXPECT_EQ(step.status.reason, "HTTPRouteRefused");
    EXPECT_EQ(step.status.message, "Gateway public: NotAllowed: no");
  }
}

TEST(Gateway, KeepsTheIngressUntilTheRouteIsAccepted) {
  Observed observed;
  const ObjectId ingress{"Ingress", "shop"};
  EXPECT_TRUE(plan(routed(), observed).result.kept.contains(ingress));
  see(observed, live_route(Json::array({condition("Accepted", "True")})));
  EXPECT_FALSE(plan(routed(), observed).result.kept.contains(ingress));
}

TEST(Gateway, EndpointFollowsTheListener) {
  const Observed observed;
  const auto url = [&](const char* parent) {
    auto in = routed(Json{{"gateway", {{"host", "a.example"}, {"parentRefs", {Json::parse(parent)}}}}});
    return endpoint_url({in, observed, now});
  };
  EXPECT_EQ(url(R"({"name":"g","sectionName":"https"})"), "https://a.example");
  EXPECT_EQ(url(R"({"name":"g","port":443})"), "https://a.example");
  EXPECT_EQ(url(R"({"name":"g"})"), "http://a.example");
}

}  // namespace
}  // namespace shop
