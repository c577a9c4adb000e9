#include "services/kit/health/health.hpp"

#include "services/kit/testing/eventually.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

Health::Check check(const char* name, bool required, const char* error = "") {
  return {name, required, [error] { return std::string(error); }};
}

TEST(Health, IsOkWhenAllChecksPass) {
  Health health;
  health.add(check("database", true));
  const auto report = health.report();
  EXPECT_TRUE(report.ready);
  EXPECT_EQ(report.body, nlohmann::json::parse(R"({"status":"ok","checks":{"database":{"status":"ok"}}})"));
}

TEST(Health, IsDegradedWhenAnOptionalCheckFailsAndNotReadyBeforeARequiredOnePasses) {
  Health health;
  health.add(check("user", false, "away"));
  EXPECT_TRUE(health.report().ready);
  EXPECT_EQ(health.report().body["status"], "degraded");
  health.add(check("database", true, "connection refused"));
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["status"], "unavailable");
  EXPECT_EQ(report.body["checks"]["database"]["detail"], "connection refused");
}

TEST(Health, StaysReadyWhenARequiredCheckFailsAfterItHasPassed) {
  Health health;
  bool asked = false;
  health.add({"database", true, [&asked] { return std::exchange(asked, true) ? "away" : std::string(); }});
  EXPECT_TRUE(health.report().ready);
  ASSERT_TRUE(eventually([&] { return health.report().body["status"] == "unavailable"; }));
  EXPECT_TRUE(health.report().ready);
  health.set_accepting(false);
  EXPECT_FALSE(health.report().ready);
}

TEST(Health, LatestRunsNoChecksAndIsNotReadyWhileDraining) {
  Health health;
  int asked = 0;
  health.add({"database", true, [&] { return ++asked, std::string(); }});
  EXPECT_FALSE(health.latest().ready);
  EXPECT_EQ(asked, 0);
  for (int i = 0; i < 50; ++i) health.report();
  EXPECT_LE(asked, 2) << "at most once a second";
  EXPECT_TRUE(health.latest().ready);
  health.set_accepting(false);
  EXPECT_FALSE(health.latest().ready);
  EXPECT_FALSE(health.report().ready);
}

}  // namespace
}  // namespace kit
