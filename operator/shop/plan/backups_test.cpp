#include "operator/kube/apply/apply.hpp"
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

auto at(const char* time) { return *kit::parse_rfc3339(time); }

Json with_backup(Json destination = {{"volume", {{"storage", "8Gi"}}}}) {
  return {{"database", {{"managed", {{"backup", {{"destination", std::move(destination)}}}}}}}};
}

/// A Shop whose server is up; the Jobs that a plan creates can be ended.
struct Backups {
  Inputs in = inputs(with_backup());
  Observed observed;
  std::chrono::system_clock::time_point now = at("2026-01-01T12:00:00Z");
  BackupStep step;

  BackupStep& plan() {
    const PlanInputs inputs{in, observed, now};
    step = plan_backups(inputs, {"shop-postgres"});
    if (step.state) in.backups = step.state->servers;
    for (const auto& job : step.result.changes.jobs) see(observed, job.object);
    return step;
  }
  std::vector<std::string> jobs() {
    std::vector<std::string> names;
    for (const auto& [id, object] : observed.all())
      if (id.first == "Job") names.push_back(id.second);
    return names;
  }
  std::string job(const std::string& prefix) {
    for (const auto& name : jobs())
      if (name.starts_with(prefix) && !kube::find_condition(*find(name), "Complete") &&
          !kube::find_condition(*find(name), "Failed"))
        return name;
    return "";
  }
  const kube::Object* find(const std::string& name) { return observed.find(kube::types::job, name); }
  void end_job(const std::string& name, const char* condition) {
    auto object = *find(name);
    const auto time = kit::rfc3339(now, kit::Fraction::None);
    object["status"]["conditions"] =
        Json::array({{{"type", condition}, {"status", "True"}, {"lastTransitionTime", time}}});
    see(observed, object);
  }
  void end_pod(const std::string& name, const char* condition, const std::string& message) {
    const auto time = kit::rfc3339(now, kit::Fraction::None);
    see(observed,
        Json{{"kind", "Pod"},
             {"metadata", {{"name", name + "-x"}, {"labels", {{"job-name", name}}}}},
             {"status",
              {{"phase", condition == std::string("Complete") ? "Succeeded" : "Failed"},
               {"containerStatuses",
                Json::array(
                    {{{"state", {{"terminated", {{"finishedAt", time}, {"message", message}}}}}}})}}}});
  }
  void end(const std::string& name, const char* condition, const std::string& message) {
    end_job(name, condition);
    end_pod(name, condition, message);
  }
  /// Ends the Job that runs, as of a backup with this label that took no time.
  void succeed(const std::string& label) {
    plan();
    const auto name = job("shop-backup-");
    ASSERT_NE(name, "");
    end(name, "Complete",
        Json{
            {"label", label}, {"type", "full"}, {"time", kit::rfc3339(now, kit::Fraction::None)}, {"size", 1}}
            .dump());
    plan();
  }
  std::string reason() { return step.state->condition.reason; }
};

TEST(PlanBackups, MakesTheFirstAtOnceAndVerifiesIt) {
  Backups backups;
  backups.plan();
  EXPECT_EQ(backups.reason(), "FirstBackup");
  EXPECT_FALSE(backups.step.state->condition.done);
  ASSERT_EQ(backups.step.result.changes.claims.size(), 1u);
  EXPECT_EQ(kube::name(backups.step.result.changes.claims[0].object), "shop-postgres-backup");
  EXPECT_FALSE(backups.step.result.changes.claims[0].object["metadata"].contains("ownerReferences"))
      << "kept when the Shop is deleted";
  backups.succeed("20260101-120000F");
  EXPECT_EQ(backups.reason(), "Healthy");
  EXPECT_EQ(backups.step.state->last["label"], "20260101-120000F");
  EXPECT_TRUE(backups.step.state->verified.is_null());
  const auto verification = backups.job("shop-verify-");
  ASSERT_NE(verification, "");
  backups.end(verification, "Complete", "{}");
  backups.plan();
  EXPECT_EQ(backups.step.state->verified["label"], "20260101-120000F");
  EXPECT_TRUE(backups.step.result.changes.jobs.empty()) << "nothing is due";
  EXPECT_EQ(backups.step.result.requeue_after, std::chrono::hours(14) + std::chrono::seconds(1))
      << "at 02:00";
}

TEST(PlanBackups, VerifiesOneWhosePodWasSeenToEndAfterItsJob) {
  Backups backups;
  backups.plan();
  const auto name = backups.job("shop-backup-");
  backups.end_job(name, "Complete");
  backups.plan();
  EXPECT_EQ(backups.job("shop-verify-"), "") << "its label is not known yet";
  backups.end_pod(name, "Complete", R"({"label":"20260101-120000F","time":"2026-01-01T12:00:00Z"})");
  backups.plan();
  EXPECT_EQ(backups.step.state->last["label"], "20260101-120000F");
  EXPECT_NE(backups.job("shop-verify-"), "");
  EXPECT_EQ(backups.job("shop-backup-"), "") << "it is not made again";
}

TEST(PlanBackups, MakesOneForEachTimeOfTheScheduleAndEachRequest) {
  Backups backups;
  backups.succeed("first");
  const auto first = backups.jobs();
  backups.now = at("2026-01-02T01:59:59Z");
  EXPECT_TRUE(backups.plan().result.changes.jobs.empty());
  backups.now = at("2026-01-02T02:00:00Z");
  backups.succeed("second");
  EXPECT_EQ(backups.step.state->last["label"], "second");
  EXPECT_FALSE(backups.step.result.kept.contains({"Job", first.front()}))
      << "only the last one's log is kept";
  backups.in.backup_now = "before the sale";
  backups.now = at("2026-01-02T09:00:00Z");
  backups.succeed("third");
  EXPECT_EQ(backups.step.state->last["label"], "third");
  EXPECT_EQ(backups.job("shop-backup-"), "") << "a request is for one backup";
  backups.now = at("2026-01-05T09:00:00Z");
  backups.succeed("fourth");
  EXPECT_EQ(backups.job("shop-backup-"), "") << "missed times are made up for by one";
}

TEST(PlanBackups, TakesTheLaterOfTwoThatEndInTheSameSecond) {
  // Names of Jobs end in a hash, so that the order of names says nothing.
  for (const auto* request : {"a", "b", "c", "d", "e", "f"}) {
    Backups backups;
    backups.succeed("20260101-120000F");
    backups.in.backup_now = request;
    backups.succeed("20260101-120000F_20260101-120000I");
    EXPECT_EQ(backups.step.state->last["label"], "20260101-120000F_20260101-120000I");
    EXPECT_EQ(backups.jobs().size(), 4u) << "two backups and their verifications, none repeated";
    EXPECT_EQ(backups.job("shop-backup-"), "");
  }
}

TEST(PlanBackups, TakesTwoThatEndedInTheSameSecondWithoutAPassBetweenThem) {
  for (const auto* request : {"a", "b", "c", "d", "e", "f"}) {
    Backups backups;
    backups.succeed("20260101-110000F");
    const auto before = backups.in.backups;
    backups.in.backup_now = request;
    backups.succeed("20260101-110000F_20260101-120000I");
    backups.in.backup_now = std::string(request) + " again";
    backups.succeed("20260101-110000F_20260101-120001I");
    // As when the operator was away for both.
    backups.in.backups = before;
    backups.plan();
    EXPECT_EQ(backups.step.state->last["label"], "20260101-110000F_20260101-120001I");
    EXPECT_EQ(backups.job("shop-backup-"), "") << "neither is made again";
  }
}

TEST(PlanBackups, StartsNoneBesideARunningOneOrWhileTheServerIsDown) {
  Backups backups;
  const PlanInputs down{backups.in, backups.observed, backups.now};
  EXPECT_TRUE(plan_backups(down, {}).result.changes.jobs.empty());
  backups.plan();
  const auto running = backups.job("shop-backup-");
  backups.in.backup_now = "now";
  backups.in.backups = R"([{"server":"shop-postgres","store":"volume shop-postgres-backup /",
                            "last":{"label":"a","time":"2025-12-31T02:00:00Z"}}])"_json;
  backups.plan();
  EXPECT_TRUE(backups.step.result.kept.contains({"Job", running}));
  for (const auto& job : backups.step.result.changes.jobs)
    EXPECT_FALSE(kube::name(job.object).starts_with("shop-backup-"));
}

TEST(PlanBackups, ReportsFailuresWithoutDegradingTheShop) {
  Backups backups;
  backups.plan();
  backups.end(backups.job("shop-backup-"), "Failed", "OtherShopsBackups: the store has the backups of a/b\n");
  backups.plan();
  EXPECT_EQ(backups.reason(), "OtherShopsBackups");
  EXPECT_TRUE(backups.step.result.problems.empty());
  EXPECT_TRUE(backups.step.result.requeue_after) << "tried again";
}

TEST(PlanBackups, IsOverdueWhenNoneWasMadeForHours) {
  Backups backups;
  backups.succeed("first");
  backups.now = at("2026-01-02T09:00:00Z");
  const PlanInputs down{backups.in, backups.observed, backups.now};
  EXPECT_EQ(plan_backups(down, {}).state->condition.reason, "Overdue");
}

TEST(PlanBackups, ADamagedBackupIsNotHealthy) {
  Backups backups;
  backups.succeed("first");
  backups.end(backups.job("shop-verify-"), "Failed", "Damaged: backup first: index kept");
  backups.plan();
  EXPECT_EQ(backups.reason(), "Damaged");
  EXPECT_TRUE(backups.step.state->verified.is_null());
}

TEST(PlanBackups, AnotherStoreNeedsAFirstBackup) {
  Backups backups;
  backups.succeed("first");
  auto other = inputs(with_backup({{"volume", {{"path", "/other"}}}}));
  other.backups = backups.in.backups;
  backups.in = other;
  backups.plan();
  EXPECT_NE(backups.job("shop-backup-"), "");
}

TEST(PlanBackups, AMissingSecretIsNamedAndNoProblemOfTheShop) {
  Backups backups;
  backups.in = inputs(with_backup({{"s3", {{"endpoint", "s3"}, {"bucket", "b"}, {"secret", "keys"}}}}));
  backups.in.missing_secrets = {{secret_references(backups.in).at(0), {}}};
  backups.plan();
  EXPECT_EQ(backups.reason(), "SecretMissing");
  EXPECT_EQ(backups.jobs(), std::vector<std::string>());
  EXPECT_TRUE(plan_missing_secrets({backups.in, backups.observed, backups.now}).problems.empty());
}

TEST(PlanRestore, ComesBeforeTheServerAndOnlyThen) {
  auto in =
      inputs(Json{{"restoreFrom", {{"volume", {{"shop", "old"}}}, {"targetTime", "2026-01-01T00:00:00Z"}}}});
  Observed observed;
  const auto server = database_servers(in)[0];
  auto now = at("2026-01-01T12:00:00Z");
  auto plan = make_plan(in, observed, now);
  EXPECT_EQ(plan.progress.database.reason, "Restoring");
  for (const auto& each : plan.changes.apply)
    EXPECT_NE(kube::name(each.object) + each.type.kind, "shop-postgresStatefulSet");
  ASSERT_EQ(plan.changes.claims.size(), 1u);
  EXPECT_EQ(kube::name(plan.changes.claims[0].object), "data-shop-postgres-0");
  ASSERT_EQ(plan.changes.jobs.size(), 1u);
  auto job = plan.changes.jobs[0].object;
  EXPECT_TRUE(kube::name(job).starts_with("shop-restore-"));
  EXPECT_EQ(named(container_of(job)["env"], "RESTORE_TIME")["value"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(named(pod_of(job)["volumes"], "repository")["persistentVolumeClaim"],
            (Json{{"claimName", "old-postgres-backup"}, {"readOnly", true}}));
  job["status"]["conditions"] = Json::array({{{"type", "Complete"}, {"status", "True"}}});
  see(observed, job);
  plan = make_plan(in, observed, now);
  EXPECT_EQ(plan.progress.database.reason, "Starting");
  see(observed, desired::postgres(in, server).object);
  observed.remove("Job", kube::name(job));
  plan = make_plan(in, observed, now);
  EXPECT_TRUE(plan.changes.jobs.empty()) << "a server that exists is never restored over";
}

TEST(PlanRestore, ReportsWhyItFails) {
  auto in = inputs(Json{{"restoreFrom", {{"volume", {{"shop", "old"}}}}}});
  Backups shop;
  shop.in = in;
  for (const auto& job : make_plan(in, shop.observed, shop.now).changes.jobs) see(shop.observed, job.object);
  shop.end(shop.job("shop-restore-"), "Failed", "VolumeInUse: the volume has a database already");
  const auto plan = make_plan(in, shop.observed, shop.now);
  ASSERT_FALSE(plan.progress.problems.empty());
  EXPECT_EQ(plan.progress.problems[0].reason, "RestoreFailed");
  EXPECT_NE(plan.progress.problems[0].message.find("VolumeInUse): the volume has a database already"),
            std::string::npos);
}

}  // namespace
}  // namespace shop
