// Ingress, network policies, monitoring; deletions.
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

const kube::Object* live_ingress(const PlanInputs& at) {
  return at.observed.find(kube::types::ingress, at.in.names.shop);
}

/// Null for a kind that is never deleted: of StatefulSets and volumes, a wrong view of the cluster would lose
/// data; of the others that are missing here, a Shop has all as long as it exists. The chart's Role grants no
/// more.
const kube::ResourceType* deletable_type(const std::string& kind) {
  using namespace kube::types;
  for (const auto* type : {&config_map, &job, &ingress, &network_policy, &pod_disruption_budget,
                           &horizontal_pod_autoscaler, &pod_monitor_type})
    if (type->kind == kind) return type;
  return nullptr;
}

/// "203.0.113.7" or "lb.example.com"; "" when the ingress controller has written none.
std::string address_of(const kube::Object& ingress) {
  auto host = kube::text_at(ingress, "/status/loadBalancer/ingress/0/hostname");
  return host.empty() ? kube::text_at(ingress, "/status/loadBalancer/ingress/0/ip") : host;
}

ComponentStatus gateway_status(const PlanInputs& at) {
  const auto& gateway = at.in.spec.gateway;
  const auto ingress = "Ingress " + at.in.names.shop;
  if (const auto* missing = at.missing_for("spec.gateway"))
    return {false, missing->reference.awaited ? "CertificatePending" : "SecretMissing", missing->text()};
  const auto* live = live_ingress(at);
  if (!live) return {false, "Applying", ingress + " is being made"};
  if (!gateway.wait_for_address) return {true, "IngressApplied", ingress + " leads to the services"};
  if (address_of(*live).empty())
    return {false, "NoAddress",
            ingress + " has no address yet: the ingress controller of " +
                (gateway.ingress_class.empty() ? "the default class" : "class " + gateway.ingress_class) +
                " writes it into the Ingress's status; for a controller that writes none set "
                "spec.gateway.waitForAddress to false"};
  return {true, "AddressAssigned", ingress + " leads to the services"};
}

}  // namespace

ComponentStep plan_gateway(const PlanInputs& at) {
  ComponentStep step{{}, gateway_status(at), {}};
  step.result.apply(desired::ingress(at.in));
  return step;
}

std::string endpoint_url(const PlanInputs& at) {
  const auto& gateway = at.in.spec.gateway;
  auto host = gateway.host;
  if (const auto* live = live_ingress(at); live && host.empty()) host = address_of(*live);
  return host.empty() ? "" : (gateway.tls() ? "https://" : "http://") + host;
}

StepResult plan_network_policies(const PlanInputs& at) {
  StepResult result;
  if (!at.in.spec.network_policy) return result;
  for (const auto& server : database_servers(at.in))
    result.apply(desired::network_policy(at.in, server.component, {postgres_port}, {}));
  if (at.in.spec.messaging)
    result.apply(desired::network_policy(at.in, "rabbitmq", {amqp_port}, {broker_metrics_port}));
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
