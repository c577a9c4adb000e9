#include "operator/shop/plan/planner.hpp"

#include "operator/kube/apply.hpp"
#include "operator/kube/quantity.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>

namespace shop {
namespace {

const nlohmann::json::json_pointer claim_templates("/spec/volumeClaimTemplates");
const nlohmann::json::json_pointer pod_management("/spec/podManagementPolicy");
const nlohmann::json::json_pointer claim_size("/spec/resources/requests/storage");

std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Planner::Planner(const Inputs& in, const Observed& observed, const std::vector<MissingSecret>& missing,
                 std::chrono::system_clock::time_point now)
    : in_(in), observed_(observed), missing_(missing), now_(now) {}

Plan Planner::run() {
  foundations();
  database();
  messaging();
  migrations();
  services();
  gateway();
  network_policies();
  monitoring();
  prune();
  problems();
  return std::move(plan_);
}

void Planner::keep(const desired::Wanted& wanted) {
  kept_.insert({wanted.type.kind, kube::name(wanted.object)});
}

void Planner::want(desired::Wanted wanted) {
  keep(wanted);
  plan_.apply.push_back(std::move(wanted));
}

void Planner::look_again_in(std::chrono::milliseconds time) {
  plan_.look_again = plan_.look_again ? std::min(*plan_.look_again, time) : time;
}

bool Planner::blocked(Service service) const {
  return std::any_of(missing_.begin(), missing_.end(), [&](const MissingSecret& each) {
    const auto& users = each.reference.needed_by;
    return std::find(users.begin(), users.end(), service) != users.end();
  });
}

const MissingSecret* Planner::missing_for(const std::string& field_prefix) const {
  auto it = std::find_if(missing_.begin(), missing_.end(), [&](const MissingSecret& each) {
    return each.reference.field.rfind(field_prefix, 0) == 0;
  });
  return it == missing_.end() ? nullptr : &*it;
}

WorkloadState Planner::state_of(const desired::Wanted& wanted) const {
  return workload_state(observed_.find(wanted.type, kube::name(wanted.object)));
}

bool Planner::want_stateful_set(desired::Wanted wanted, const Volume& volume) {
  const auto name = kube::name(wanted.object);
  const auto* live = observed_.find(wanted.type, name);
  // Cannot be changed: what an earlier operator made keeps its own.
  if (live && live->contains(pod_management)) wanted.object[pod_management] = live->at(pod_management);
  if (live && live->contains(claim_templates)) {
    // The templates of volumes cannot be changed; the volumes themselves may grow.
    wanted.object[claim_templates][0]["spec"]["resources"] =
        live->at(claim_templates)[0]["spec"]["resources"];
    if (live->at(claim_templates)[0]["spec"].contains("storageClassName"))
      wanted.object[claim_templates][0]["spec"]["storageClassName"] =
          live->at(claim_templates)[0]["spec"]["storageClassName"];
    auto labels = live->at(claim_templates)[0]["metadata"].find("labels");
    if (labels != live->at(claim_templates)[0]["metadata"].end())
      wanted.object[claim_templates][0]["metadata"]["labels"] = *labels;
  }
  const auto* claim = observed_.find(kube::types::persistent_volume_claim, "data-" + name + "-0");
  if (claim && claim->contains(claim_size)) {
    auto has = kube::Quantity::parse(claim->at(claim_size).get<std::string>());
    auto wants = kube::Quantity::parse(volume.size);
    // Never smaller, whatever we were told: a volume that shrinks is data lost.
    if (has && wants && *wants > *has) plan_.grow.push_back({kube::key(*claim), volume.size});
  }
  // By what was applied, not by its fields: a webhook may have made something else of some of them.
  const bool applied =
      live && kube::annotation(*live, applied_annotation) == kube::Applier::hash(wanted.object);
  const auto state = state_of(wanted);
  want(std::move(wanted));
  return applied && state.usable && state.converged;
}

JobState Planner::want_job(desired::Wanted wanted, bool may_start) {
  keep(wanted);
  const auto* live = observed_.find(wanted.type, kube::name(wanted.object));
  auto state = job_state(live);
  if (state.phase == Phase::Missing && may_start) {
    plan_.jobs.push_back(std::move(wanted));
    return state;
  }
  if (state.phase != Phase::Failed) return state;

  auto due = state.failed_at.value_or(now_) + retry_delay(state.attempt);
  plan_.progress.problems.push_back(
      {"JobFailed", "Job " + kube::name(*live) + " failed at try " + std::to_string(state.attempt) + " (" +
                        state.failure + "); it is made again " + kit::rfc3339(due, kit::Fraction::None)});
  if (!may_start || kube::deleting(*live)) return state;
  if (due > now_) {
    look_again_in(std::chrono::duration_cast<std::chrono::milliseconds>(due - now_) +
                  std::chrono::milliseconds(100));
    return state;
  }
  wanted.object["metadata"]["annotations"][attempt_annotation] = std::to_string(state.attempt + 1);
  plan_.retries.push_back({{wanted.type, kube::key(*live), kube::uid(*live)}, std::move(wanted)});
  return state;
}

void Planner::foundations() {
  // Made by the reconciler before there is a plan; here only so that they are not taken for remains.
  kept_.insert({"Secret", in_.names.passwords()});
  kept_.insert({"Secret", in_.names.signing()});
  want(desired::public_keys(in_));
  want(desired::issuer_keys(in_));
  for (auto service : all_services) {
    want(desired::service_account(in_, service));
    want(desired::service(in_, service));
  }
}

void Planner::database() {
  auto& part = plan_.progress.database;
  if (!in_.spec.database) {
    for (auto service : all_services) database_made_[service] = !blocked(service);
    const auto* missing = missing_for("spec.database");
    part = missing ? Part{false, "SecretMissing", missing->text()}
                   : Part{true, "External", "The databases are elsewhere"};
    return;
  }
  std::vector<std::string> starting, making;
  bool failed = false;
  for (const auto& server : database_servers(in_)) {
    want(desired::postgres_pods_service(in_, server));
    want(desired::postgres_service(in_, server));
    auto up = want_stateful_set(desired::postgres(in_, server), in_.spec.database->volume);
    want(desired::databases_script(in_, server));
    auto job = want_job(desired::databases_job(in_, server), up);
    if (!up) starting.push_back(server.name);
    if (job.phase != Phase::Done) making.push_back(server.name);
    failed = failed || job.phase == Phase::Failed;
    for (auto service : server.services) {
      database_made_[service] = up && job.phase == Phase::Done;
      want(desired::database_secret(in_, service));
    }
  }
  if (!starting.empty())
    part = {false, "Starting", "PostgreSQL is not up yet: " + list_text(starting)};
  else if (!making.empty())
    part = {false, failed ? "JobFailed" : "MakingDatabases",
            "Databases and roles are being made on " + list_text(making)};
  else
    part = {true, "Up", "PostgreSQL is up, with a database for each service"};
}

void Planner::messaging() {
  auto& part = plan_.progress.messaging;
  if (!in_.spec.messaging) {
    const auto* missing = missing_for("spec.messaging");
    part = missing ? Part{false, "SecretMissing", missing->text()}
                   : Part{true, "External", "The broker is elsewhere"};
    return;
  }
  want(desired::rabbitmq_config(in_));
  want(desired::rabbitmq_definitions(in_));
  want(desired::messaging_secret(in_));
  want(desired::rabbitmq_pods_service(in_));
  want(desired::rabbitmq_service(in_));
  part = want_stateful_set(desired::rabbitmq(in_), in_.spec.messaging->volume)
             ? Part{true, "Up", "RabbitMQ is up"}
             : Part{false, "Starting", "RabbitMQ is not up yet: " + in_.names.rabbitmq()};
}

}  // namespace shop
