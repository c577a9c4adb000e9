#include "operator/shop/plan/rollout.hpp"

#include "operator/shop/observed/failures.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

using Clock = std::chrono::system_clock;

struct Failure {
  std::string what;
  Service service;
};

/// " (Pod shop-user-1: Crash: container user ended with exit code 1)"; "" when no pod says why.
std::string explanation(const Observed& observed, const std::string& component) {
  for (const auto& [id, object] : observed.all()) {
    if (id.first != kube::types::pod.kind || kube::labels(*object)[component_label] != component) continue;
    if (const auto why = pod_failure(*object); !why.empty()) return " (Pod " + id.second + ": " + why + ")";
  }
  return {};
}

std::optional<Failure> stuck_deployment(const Inputs& in, const Observed& observed, const std::string& id) {
  for (auto service : all_services) {
    const auto* live = observed.find(kube::types::deployment, in.names.service(service));
    // Of this rollout, not of one before whose failure is still in the status.
    if (!live || kube::annotation(*live, rollout_annotation) != id || !workload_state(live).stuck) continue;
    return Failure{"Deployment " + in.names.service(service) + " made no progress within " +
                       std::to_string(in.spec.upgrade_timeout) + " s" +
                       explanation(observed, to_string(service)),
                   service};
  }
  return std::nullopt;
}

/// A migration whose pod cannot run. One that runs for long, or fails, is not meant: its Job has a deadline
/// and retries of its own.
std::optional<Failure> stuck_migration(const Inputs& in, const Observed& observed, Clock::time_point now,
                                       StepResult& result) {
  for (auto service : all_services) {
    const auto job = desired::migration_job(in, service);
    const auto* live = observed.find(job.type, kube::name(job.object));
    if (!live || job_state(live).phase != JobState::Phase::Running) continue;
    const auto why = explanation(observed, to_string(service) + "-migrate");
    const auto created = kit::parse_rfc3339(kube::text_at(*live, "/metadata/creationTimestamp"));
    if (why.empty() || !created) continue;
    const auto due = *created + std::chrono::seconds(in.spec.upgrade_timeout);
    if (due <= now)
      return Failure{"Job " + kube::name(*live) + " could not run within " +
                         std::to_string(in.spec.upgrade_timeout) + " s" + why,
                     service};
    result.requeue_in(std::chrono::duration_cast<std::chrono::milliseconds>(due - now) +
                      std::chrono::milliseconds(100));
  }
  return std::nullopt;
}

RefusedRollout refusal(const Inputs& in, const std::string& id, const Json& complete,
                       const Failure& failure) {
  const auto from = complete.at("tag").get<std::string>();
  const auto what = from == in.version() ? "changed settings of version " + from : "version " + in.version();
  return {id, in.version(), "RolledBack",
          what + " with image " + in.image(to_string(failure.service)) + " was rolled back to " +
              (from == in.version() ? "the former settings" : from) + ": " + failure.what +
              "; it is tried again when the spec changes"};
}

}  // namespace

RolloutStep plan_rollout(const Inputs& in, const Observed& observed, Clock::time_point now) {
  RolloutStep step{in, in, in.rollout, false, {}};
  auto& record = step.record;
  if (record.complete.is_null()) {
    record.refused.reset();
    step.pending = true;
    return step;
  }
  const auto id = rollout_id(rollout_spec(in));
  if (record.refused && record.refused->id != id) record.refused.reset();
  if (id == rollout_id(record.complete)) return step;
  step.stores = with_rollout_spec(in, record.complete);
  if (record.refused) {
    step.services = step.stores;
  } else {
    step.pending = true;
    auto failure = stuck_deployment(in, observed, id);
    if (!failure) failure = stuck_migration(in, observed, now, step.result);
    if (failure) {
      record.refused = refusal(in, id, record.complete, *failure);
      step.result.announcements.push_back({record.refused->reason, record.refused->message, true});
    }
  }
  if (record.refused) step.result.problems.push_back({record.refused->reason, record.refused->message});
  return step;
}

StepResult plan_former_jobs(const RolloutStep& rollout) {
  StepResult result;
  if (!rollout.upgrading()) return result;
  const auto former = with_rollout_spec(rollout.services, rollout.record.complete);
  for (auto service : all_services) result.keep(desired::migration_job(former, service));
  if (former.spec.sample_data)
    for (auto service : desired::sample_services) result.keep(desired::sample_data_job(former, service));
  return result;
}

RolloutRecord completed(const RolloutStep& rollout) {
  auto record = rollout.record;
  if (record.refused) return record;
  const auto spec = rollout_spec(rollout.services);
  if (record.complete.is_object() && record.complete.at("tag") != spec.at("tag"))
    record.previous_version = record.complete.at("tag");
  record.complete = spec;
  return record;
}

}  // namespace shop
