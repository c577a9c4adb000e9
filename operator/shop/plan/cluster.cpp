// Network policies, monitoring; deletions.
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

/// Null for a kind that is never deleted: of StatefulSets and volumes, a wrong view of the cluster would lose
/// data; of the others that are missing here, a Shop has all as long as it exists. The chart's Role grants no
/// more.
const kube::ResourceType* deletable_type(const std::string& kind) {
  using namespace kube::types;
  for (const auto* type : {&config_map, &job, &ingress, &network_policy, &pod_disruption_budget,
                           &horizontal_pod_autoscaler, &pod_monitor_type, &http_route_type, &pg_pooler_type})
    if (type->kind == kind) return type;
  return nullptr;
}

}  // namespace

StepResult plan_network_policies(const PlanInputs& at) {
  StepResult result;
  if (at.in.spec.network_policy)
    for (auto& each : desired::network_policies(at.in)) result.apply(std::move(each));
  return result;
}

StepResult plan_monitoring(const PlanInputs& at) {
  StepResult result;
  if (at.in.pod_monitors && at.in.spec.pod_monitor) result.apply(desired::pod_monitor(at.in));
  return result;
}

StepResult plan_deletions(const PlanInputs& at, const StepResult& steps) {
  auto kept = steps.kept;
  for (const auto& each : steps.changes.apply) kept.insert({each.type.kind, kube::name(each.object)});
  const auto owner = kube::text_at(at.in.owner, "/uid");
  StepResult result;
  for (const auto& [id, object] : at.observed.all()) {
    if (kept.contains(id) || kube::deleting(*object)) continue;
    const auto controller = kube::controller_of(*object);
    if (!controller || controller->uid != owner) continue;
    if (const auto* type = deletable_type(id.first))
      result.changes.deletions.push_back({*type, kube::key(*object), kube::uid(*object)});
  }
  return result;
}

}  // namespace shop
