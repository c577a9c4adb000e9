// The ConfigMaps of services have names of their content. An earlier one goes when nothing can need it.
#include "operator/shop/plan/steps.hpp"

namespace shop {
namespace {

/// Whether a pod with an earlier configuration may still be started: the Deployment is not as desired yet, or
/// a Job of the service runs.
bool may_need_earlier(const PlanInputs& at, Service service) {
  const auto deployment = desired::deployment(at.in, service);
  const auto* live = at.observed.find(deployment.type, kube::name(deployment.object));
  if (live && !(applied(live, deployment) && workload_state(live).converged)) return true;
  const auto prefix = to_string(service) + "-";
  for (const auto& [id, object] : at.observed.all()) {
    if (id.first != kube::types::job.kind || job_state(object.get()).phase != JobState::Phase::Running)
      continue;
    if (kube::labels(*object)[component_label].starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

StepResult plan_earlier_configs(const PlanInputs& at) {
  StepResult result;
  for (auto service : all_services) {
    if (!may_need_earlier(at, service)) continue;
    for (const auto& [id, object] : at.observed.all())
      if (id.first == kube::types::config_map.kind &&
          kube::labels(*object)[component_label] == to_string(service))
        result.kept.insert(id);
  }
  return result;
}

}  // namespace shop
