// Backups of the managed database, their verification, and the restore of a new Shop.
#include "operator/kube/object/quantity.hpp"
#include "operator/shop/observed/job_result.hpp"
#include "operator/shop/plan/backup_result.hpp"
#include "operator/shop/plan/steps.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <tuple>

namespace shop {
namespace {

using Phase = JobState::Phase;
using Time = std::chrono::system_clock::time_point;

// Longer than a backup of a large database should take.
constexpr auto overdue_after = std::chrono::hours(6);

std::string text(const Json& object, const char* field) {
  const auto it = object.find(field);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

/// The entry of status.backups about a server.
Json record_of(const PlanInputs& at, const DatabaseServer& server) {
  for (const auto& each : at.in.backups)
    if (each.is_object() && text(each, "server") == server.name) return each;
  return {{"server", server.name}};
}

std::optional<Time> time_of_last(const Json& record) {
  const auto last = record.find("last");
  return last == record.end() ? std::nullopt : std::optional<Time>(kit::parse_rfc3339(text(*last, "time")));
}

std::vector<const kube::Object*> jobs_of(const PlanInputs& at, const std::string& component) {
  std::vector<const kube::Object*> jobs;
  for (const auto& [id, object] : at.observed.all())
    if (id.first == "Job" &&
        kube::text_at(*object, "/metadata/labels/app.kubernetes.io~1component") == component)
      jobs.push_back(object.get());
  return jobs;
}

std::string ended_at(const kube::Object& job) {
  const auto* complete = kube::find_condition(job, "Complete");
  return complete ? kube::text_at(*complete, "/lastTransitionTime") : "";
}

/// Of one server: what is to be done, and what has been.
struct ServerBackups {
  StepResult result;
  Json record;
  Problem problem;  ///< reason empty: healthy
};

void note_problem(ServerBackups& backups, Problem problem) {
  if (backups.problem.reason.empty()) backups.problem = std::move(problem);
}

/// A Job that made a backup. Compares by when that was: Jobs end at whole seconds, in which the label, which
/// has the time of the backup's start, decides.
struct EndedBackup {
  std::string ended;
  bool untaken;  ///< the record is not of it, or from before its pod's result was seen
  std::string label;
  const kube::Object* job;
  Json result;
  bool operator<(const EndedBackup& other) const {
    return std::tie(ended, untaken, label) < std::tie(other.ended, other.untaken, other.label);
  }
};

EndedBackup ended_backup(const PlanInputs& at, const Json& record, const kube::Object& job) {
  auto result = backup_result(job_result(at.observed, kube::name(job)), ended_at(job));
  const auto label = text(result, "label");
  const bool taken = kube::annotation(job, backup_request_annotation) == text(record, "request") &&
                     (label.empty() || record.contains("/last/label"_json_pointer));
  return {ended_at(job), !taken, label, &job, std::move(result)};
}

/// Takes the results of Jobs that have ended into the record, and keeps the last one for its log.
void take_backups(const PlanInputs& at, const DatabaseServer& server, const std::string& store,
                  ServerBackups& backups) {
  auto& record = backups.record;
  std::vector<EndedBackup> ended;
  for (const auto* job : jobs_of(at, server.component + "-backup")) {
    const auto phase = job_state(job).phase;
    if (phase == Phase::Running) backups.result.kept.insert({"Job", kube::name(*job)});
    if (phase == Phase::Done) ended.push_back(ended_backup(at, record, *job));
  }
  if (ended.empty()) return;
  std::sort(ended.begin(), ended.end());
  backups.result.kept.insert({"Job", kube::name(*ended.back().job)});
  auto next =
      std::find_if(ended.rbegin(), ended.rend(), [](const auto& each) { return !each.untaken; }).base();
  for (; next != ended.end(); ++next) {
    const auto request = kube::annotation(*next->job, backup_request_annotation);
    record["last"] = next->result;
    record["request"] = request;
    record["store"] = store;
    if (request.starts_with("request " + at.in.backup_now + " to ")) record["requested"] = at.in.backup_now;
  }
}

void take_verifications(const PlanInputs& at, const DatabaseServer& server, ServerBackups& backups) {
  const auto last = backups.record.find("last");
  if (last == backups.record.end()) return;
  const auto label = text(*last, "label");
  for (const auto* job : jobs_of(at, server.component + "-verify")) {
    if (job_state(job).phase != Phase::Done || kube::annotation(*job, backup_request_annotation) != label)
      continue;
    backups.result.kept.insert({"Job", kube::name(*job)});
    const auto verified = backups.record.find("verified");
    if (verified == backups.record.end() || text(*verified, "label") != label)
      backups.record["verified"] = {{"label", label}, {"time", ended_at(*job)}};
  }
}

/// What the next backup is for; "" when none is due. A request is a time of the schedule, or the text of the
/// annotation.
std::string due_request(const PlanInputs& at, const Json& record, const std::string& store) {
  const auto last = time_of_last(record);
  if (!last || text(record, "store") != store) return "first backup";
  const auto& now = at.in.backup_now;
  if (!now.empty() && text(record, "requested") != now) return "request " + now;
  const auto slot = Cron::parse(at.in.spec.database->backup->schedule)->last(at.now);
  return slot && *slot > *last ? kit::rfc3339(*slot, kit::Fraction::None) : "";
}

/// A Job whose failure is a condition of its own and no reason to call the Shop degraded.
JobState run(const PlanInputs& at, DesiredObject job, bool may_start, ServerBackups& backups,
             const char* otherwise) {
  const auto name = kube::name(job.object);
  auto step = plan_job(at, std::move(job), may_start);
  step.result.problems.clear();
  backups.result.add(std::move(step.result));
  if (step.state.phase == Phase::Failed) {
    auto problem = backup_problem(job_result(at.observed, name));
    if (problem.reason == "Failed") problem.reason = otherwise;
    note_problem(backups, {problem.reason, "Job " + name + ": " + problem.message});
  }
  return step.state;
}

void run_backup(const PlanInputs& at, const DatabaseServer& server, const std::string& request, bool up,
                ServerBackups& backups) {
  const auto jobs = jobs_of(at, server.component + "-backup");
  auto job = desired::backup_job(at.in, server, request);
  const auto busy = std::any_of(jobs.begin(), jobs.end(), [&](const auto* each) {
    return job_state(each).phase == Phase::Running && kube::name(*each) != kube::name(job.object);
  });
  run(at, std::move(job), up && !busy, backups, "Failed");
}

void verify_last(const PlanInputs& at, const DatabaseServer& server, ServerBackups& backups) {
  const auto last = backups.record.find("last");
  if (last == backups.record.end()) return;
  const auto label = text(*last, "label");
  const auto verified = backups.record.find("verified");
  if (label.empty() || (verified != backups.record.end() && text(*verified, "label") == label)) return;
  run(at, desired::verification_job(at.in, server, label), true, backups, "VerificationFailed");
}

void note_lateness(const PlanInputs& at, const std::string& request, ServerBackups& backups) {
  if (request.empty()) return;
  if (!time_of_last(backups.record))
    return note_problem(backups, {"FirstBackup", "The first backup is being made"});
  const auto slot = kit::parse_rfc3339(request);
  if (slot && at.now - *slot > overdue_after)
    note_problem(backups, {"Overdue", "The backup of " + request + " has not been made yet"});
}

/// Creates the volume, or lets it grow.
void plan_backup_volume(const PlanInputs& at, const DatabaseServer& server, StepResult& result) {
  auto claim = desired::backup_volume(at.in, server);
  const auto size = claim.object.at("/spec/resources/requests/storage"_json_pointer).get<std::string>();
  expand_volume(at, kube::name(claim.object), size, result.changes);
  result.changes.claims.push_back(std::move(claim));
}

ServerBackups plan_server_backups(const PlanInputs& at, const DatabaseServer& server, bool up) {
  ServerBackups backups{{}, record_of(at, server), {}};
  auto config = desired::backup_config(at.in, server);
  const auto store = text(config.object["data"], "store");
  backups.result.apply(std::move(config));
  if (!at.in.spec.database->backup->s3) plan_backup_volume(at, server, backups.result);
  if (const auto* missing = at.missing_for(backup_store_field)) {
    backups.problem = {"SecretMissing", missing->text()};
    return backups;
  }
  take_backups(at, server, store, backups);
  take_verifications(at, server, backups);
  const auto request = due_request(at, backups.record, store);
  if (!request.empty()) run_backup(at, server, request, up, backups);
  verify_last(at, server, backups);
  note_lateness(at, request, backups);
  return backups;
}

/// Of all servers the oldest, since a shop can be restored to that.
Json oldest(const Json& backups, const char* field) {
  Json result;
  for (const auto& each : backups) {
    const auto it = each.find(field);
    if (it == each.end()) return nullptr;
    if (result.is_null() || text(*it, "time") < text(result, "time")) result = *it;
  }
  return result;
}

}  // namespace

BackupStep plan_backups(const PlanInputs& at, const std::set<std::string>& servers_up) {
  BackupStep step;
  if (!at.in.spec.database || !at.in.spec.database->backup) return step;
  auto& state = step.state.emplace();
  Problem problem;
  for (const auto& server : database_servers(at.in)) {
    auto backups = plan_server_backups(at, server, servers_up.contains(server.name));
    step.result.add(std::move(backups.result));
    state.servers.push_back(std::move(backups.record));
    if (problem.reason.empty()) problem = std::move(backups.problem);
  }
  state.last = oldest(state.servers, "last");
  state.verified = oldest(state.servers, "verified");
  if (!problem.reason.empty())
    state.condition = {false, problem.reason, problem.message};
  else if (state.verified.is_null())
    state.condition = {true, "Healthy",
                       "The last backup is of " + text(state.last, "time") + "; it is being verified"};
  else
    state.condition = {true, "Healthy",
                       "The last backup is of " + text(state.last, "time") + "; the last one verified is " +
                           text(state.verified, "label")};
  if (const auto next = Cron::parse(at.in.spec.database->backup->schedule)->next(at.now))
    step.result.requeue_in(std::chrono::duration_cast<std::chrono::milliseconds>(*next - at.now) +
                           std::chrono::seconds(1));
  return step;
}

RestoreStep plan_restore(const PlanInputs& at, const DatabaseServer& server) {
  RestoreStep step;
  if (!at.in.spec.restore_from) return step;
  auto job = desired::restore_job(at.in, server);
  step.result.apply(desired::restore_config(at.in, server));
  // A StatefulSet shows that its volume has been set up; it is never restored over.
  if (at.observed.find(kube::types::stateful_set, server.name)) {
    step.result.keep(job);
    return step;
  }
  step.result.changes.claims.push_back(desired::data_volume(at.in, server));
  const auto name = kube::name(job.object);
  auto planned = plan_job(at, std::move(job), !at.missing_for("spec.restoreFrom"));
  planned.result.problems.clear();
  step.result.add(std::move(planned.result));
  step.done = planned.state.phase == Phase::Done;
  if (planned.state.phase != Phase::Failed) return step;
  auto problem = backup_problem(job_result(at.observed, name));
  step.problem = {"RestoreFailed", "Job " + name + " (" + problem.reason + "): " + problem.message};
  step.result.problems.push_back(step.problem);
  return step;
}

}  // namespace shop
