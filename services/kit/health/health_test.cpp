#include "services/kit/health/health.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

TEST(Health, IsOkWhenAllChecksPass) {
  Health health;
  health.add({"database", true, [] { return std::string(); }});
  const auto report = health.report();
  EXPECT_TRUE(report.ready);
  EXPECT_EQ(report.body, nlohmann::json::parse(R"({"status":"ok","checks":{"database":{"status":"ok"}}})"));
}

TEST(Health, IsNotReadyWhenARequiredCheckFails) {
  Health health;
  health.add({"database", true, [] { return std::string("connection refused"); }});
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["status"], "unavailable");
  EXPECT_EQ(report.body["checks"]["database"]["detail"], "connection refused");
}

TEST(Health, IsDegradedButReadyWhenAnOptionalCheckFails) {
  Health health;
  health.add({"database", true, [] { return std::string(); }});
  health.add({"user", false, [] { return std::string("away"); }});
  const auto report = health.report();
  EXPECT_TRUE(report.ready);
  EXPECT_EQ(report.body["status"], "degraded");
}

TEST(Health, IsNotReadyWhileDraining) {
  Health health;
  health.set_accepting(false);
  EXPECT_FALSE(health.report().ready);
}

TEST(Health, LatestRunsNoChecks) {
  Health health;
  int asked = 0;
  health.add({"database", true, [&] { return ++asked, std::string(); }});
  EXPECT_FALSE(health.latest().ready);
  EXPECT_EQ(asked, 0);
  health.report();
  EXPECT_TRUE(health.latest().ready);
  health.set_accepting(false);
  EXPECT_FALSE(health.latest().ready);
}

TEST(Health, RunsEachCheckAtMostOnceASecond) {
  Health health;
  int asked = 0;
  health.add({"database", true, [&] { return ++asked, std::string(); }});
  for (int i = 0; i < 50; ++i) health.report();
  EXPECT_LE(asked, 2);
}

}  // namespace
}  // namespace kit
