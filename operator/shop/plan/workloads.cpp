#include "operator/kube/apply/apply.hpp"
#include "operator/kube/object/quantity.hpp"
#include "operator/shop/observed/failures.hpp"
#include "operator/shop/plan/steps.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

using Pointer = nlohmann::json::json_pointer;
const Pointer claim_templates("/spec/volumeClaimTemplates");
const Pointer pod_management("/spec/podManagementPolicy");
const Pointer claim_size("/spec/resources/requests/storage");

/// Immutable fields stay as an earlier version of the operator set them.
void keep_immutable_fields(Json& desired, const Json& live) {
  if (live.contains(pod_management)) desired[pod_management] = live.at(pod_management);
  if (!live.contains(claim_templates)) return;
  const auto& claim = live.at(claim_templates)[0];
  auto& desired_claim = desired[claim_templates][0];
  desired_claim["spec"]["resources"] = claim["spec"]["resources"];
  if (claim["spec"].contains("storageClassName"))
    desired_claim["spec"]["storageClassName"] = claim["spec"]["storageClassName"];
  if (claim["metadata"].contains("labels")) desired_claim["metadata"]["labels"] = claim["metadata"]["labels"];
}

}  // namespace

void expand_volume(const PlanInputs& at, const std::string& name, const std::string& size, Changes& changes) {
  const auto* claim = at.observed.find(kube::types::persistent_volume_claim, name);
  if (!claim || !claim->contains(claim_size)) return;
  const auto current = kube::Quantity::parse(claim->at(claim_size).get<std::string>());
  const auto desired = kube::Quantity::parse(size);
  // Never smaller: shrinking a volume loses data.
  if (current && desired && *desired > *current) changes.expansions.push_back({kube::key(*claim), size});
}

DesiredObject plan_volume(const PlanInputs& at, DesiredObject desired, const Volume& volume,
                          Changes& changes) {
  const auto name = kube::name(desired.object);
  const auto* live = at.observed.find(desired.type, name);
  if (live) keep_immutable_fields(desired.object, *live);
  expand_volume(at, claim_name(name), volume.size, changes);
  return desired;
}

bool applied(const kube::Object* live, const DesiredObject& desired) {
  return live && kube::annotation(*live, applied_annotation) == kube::Applier::hash(desired.object);
}

std::chrono::milliseconds job_retry_delay(int attempt) {
  return kit::Backoff(std::chrono::seconds(10), std::chrono::minutes(5)).delay(attempt - 1, 1);
}

JobStep plan_job(const PlanInputs& at, DesiredObject desired, bool may_start) {
  const auto* live = at.observed.find(desired.type, kube::name(desired.object));
  JobStep step{{}, job_state(live)};
  const auto& state = step.state;
  auto& result = step.result;
  result.keep(desired);
  if (state.phase != JobState::Phase::Failed) {
    const auto before = live ? kube::annotation(*live, last_failure_annotation) : "";
    if (live && state.phase == JobState::Phase::Running && !before.empty())
      result.problems.push_back({"JobFailed", "Job " + kube::name(*live) + ": try " +
                                                  std::to_string(state.attempt) +
                                                  " is under way; the one before failed: " + before});
    if (state.phase == JobState::Phase::Missing && may_start)
      result.changes.jobs.push_back(std::move(desired));
    return step;
  }

  auto failure = state.failure;
  if (const auto pod = job_pod_failure(at.observed, *live); !pod.empty()) failure += "; " + pod;
  const auto due = state.failed_at.value_or(at.now) + job_retry_delay(state.attempt);
  result.problems.push_back(
      {"JobFailed", "Job " + kube::name(*live) + " failed at try " + std::to_string(state.attempt) + " (" +
                        failure + "); it is made again " + kit::rfc3339(due, kit::Fraction::None)});
  if (!may_start || kube::deleting(*live)) return step;
  if (due > at.now) {
    // A little late, so that it is due then in any case.
    result.requeue_in(std::chrono::duration_cast<std::chrono::milliseconds>(due - at.now) +
                      std::chrono::milliseconds(100));
    return step;
  }
  auto& annotations = desired.object["metadata"]["annotations"];
  annotations[attempt_annotation] = std::to_string(state.attempt + 1);
  annotations[last_failure_annotation] = failure;
  result.changes.retries.push_back({{desired.type, kube::key(*live), kube::uid(*live)}, std::move(desired)});
  return step;
}

}  // namespace shop
