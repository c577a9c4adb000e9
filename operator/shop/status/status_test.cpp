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

TEST(Status, ReportsTheEndpoint) {
  auto in = inputs(R"({"gateway":{"host":"shop.example.com","tls":{"secretName":"cert"}}})"_json);
  EXPECT_EQ(make_plan(in, {}, now).progress.endpoint, "https://shop.example.com");
  Observed observed;
  see(observed,
      R"({"kind":"Ingress","metadata":{"name":"shop"},"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.9"}]}}})"_json);
  EXPECT_EQ(make_plan(inputs(), observed, now).progress.endpoint, "http://10.0.0.9");
}

}  // namespace
}  // namespace shop
