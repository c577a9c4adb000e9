#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

// Longer than the delay and the drains of both ports (kit::http::ServerOptions::drain, 20 s each) and
// shutdown.
constexpr int grace_seconds = 60;

Json http_get(const char* path) { return {{"httpGet", {{"path", path}, {"port", "ops"}}}}; }

}  // namespace

DesiredObject deployment(const Inputs& in, Service service) {
  auto component = to_string(service);
  const auto& desired = in.spec.services.at(service);
  auto pod = service_pod(in, service, "serve");
  pod["terminationGracePeriodSeconds"] = grace_seconds;
  pod["topologySpreadConstraints"] = spread(in, component);
  auto& container = pod["containers"][0];
  container["ports"] = {{{"name", "http"}, {"containerPort", http_port}, {"protocol", "TCP"}},
                        {{"name", "ops"}, {"containerPort", ops_port}, {"protocol", "TCP"}}};
  container["startupProbe"] = probe(http_get("/livez"), 1, 60, 2);
  container["readinessProbe"] = probe(http_get("/readyz"), 3, 2, 2);
  container["livenessProbe"] = probe(http_get("/livez"), 10, 6, 3);

  Json annotations = scrape_annotations(ops_port);
  annotations["shopkeeper.dev/config"] = config_digest(in, service);
  if (!desired.restart.empty()) annotations["shopkeeper.dev/restart"] = desired.restart;
  Json spec = {
      {"selector", {{"matchLabels", selector(in, component)}}},
      {"strategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 0}, {"maxSurge", 1}}}}},
      {"revisionHistoryLimit", 3},
      // Reverts `kubectl rollout pause`: a paused Deployment would never run what the Shop asks for.
      {"paused", false},
      // A pod that becomes ready and fails at once does not replace one that works.
      {"minReadySeconds", 5},
      {"progressDeadlineSeconds", in.spec.upgrade_timeout},
      {"template",
       {{"metadata", {{"labels", labels(in, component)}, {"annotations", std::move(annotations)}}},
        {"spec", std::move(pod)}}}};
  // An autoscaler owns spec.replicas.
  if (!desired.autoscaling) spec["replicas"] = desired.replicas;
  auto result =
      object(in, kube::types::deployment, in.names.service(service), component, {{"spec", std::move(spec)}});
  result.object["metadata"]["annotations"][rollout_annotation] = rollout_id(rollout_spec(in));
  return result;
}

DesiredObject disruption_budget(const Inputs& in, Service service) {
  auto component = to_string(service);
  // A pod that is not ready must not block the draining of its node.
  Json spec = {{"maxUnavailable", 1},
               {"selector", {{"matchLabels", selector(in, component)}}},
               {"unhealthyPodEvictionPolicy", "AlwaysAllow"}};
  return object(in, kube::types::pod_disruption_budget, in.names.service(service), component,
                {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
