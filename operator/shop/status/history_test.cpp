#include "operator/shop/status/history.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

Json status(const char* version, const std::map<std::string, std::pair<bool, std::string>>& conditions) {
  Json result = {{"conditions", Json::array()}};
  if (*version) result["version"] = version;
  for (const auto& [type, each] : conditions)
    result["conditions"].push_back({{"type", type},
                                    {"status", each.first ? "True" : "False"},
                                    {"reason", each.second},
                                    {"message", "why"}});
  return result;
}

std::string reasons(const Json& before, const Json& after, const std::string& wanted = "1.0") {
  std::string result;
  for (const auto& each : history(before, after, wanted)) result += (result.empty() ? "" : " ") + each.reason;
  return result;
}

const auto up = status("1.0", {{"Ready", {true, "Ready"}}, {"Progressing", {false, "Complete"}}});

TEST(History, HasTheTransitionsOfAShop) {
  EXPECT_EQ(reasons({}, up), "Ready RolledOut");
  EXPECT_EQ(reasons(up, up), "");
  const auto upgrading = status("1.0", {{"Ready", {true, "Ready"}}, {"Progressing", {true, "Reconciling"}}});
  EXPECT_EQ(reasons(up, upgrading, "2.0"), "UpgradeStarted");
  EXPECT_EQ(reasons(up, upgrading), "") << "another change than of the version";
  EXPECT_EQ(reasons(upgrading, upgrading, "2.0"), "");
  const auto done = status("2.0", {{"Ready", {true, "Ready"}}, {"Progressing", {false, "Complete"}}});
  EXPECT_EQ(reasons(upgrading, done, "2.0"), "RolledOut");
  EXPECT_EQ(reasons(status("", {{"MigrationsDone", {false, "Migrating"}}}),
                    status("", {{"MigrationsDone", {true, "Migrated"}}})),
            "Migrated");
}

TEST(History, HasBackups) {
  auto backed_up = up;
  backed_up["lastBackup"]["label"] = "20260101-000000F";
  EXPECT_EQ(reasons(up, backed_up), "BackupMade");
  EXPECT_EQ(reasons(backed_up, backed_up), "");
  EXPECT_EQ(reasons({}, status("", {{"BackupHealthy", {false, "StoreFull"}}})), "BackupStoreFull");
  EXPECT_EQ(reasons({}, status("", {{"BackupHealthy", {false, "FirstBackup"}}})), "");
}

TEST(History, HasFailuresAndRecoveries) {
  const auto degraded =
      status("1.0", {{"Ready", {false, "NoReadyPods"}}, {"Degraded", {true, "PodFailing"}}});
  EXPECT_EQ(reasons(up, degraded), "PodFailing NotReady");
  EXPECT_EQ(history(up, degraded, "1.0")[0].type, kube::EventType::Warning);
  EXPECT_EQ(
      reasons(degraded, status("1.0", {{"Ready", {true, "Ready"}}, {"Degraded", {false, "AsExpected"}}})),
      "Recovered Ready");
  EXPECT_EQ(reasons({}, status("", {{"Ready", {false, "Starting"}}, {"Degraded", {false, "AsExpected"}}})),
            "")
      << "a new Shop";
}

}  // namespace
}  // namespace shop
