#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

// Longer than the services' drain (kit::http::ServerOptions::drain, 20 s) and shutdown.
constexpr int grace_seconds = 45;

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
  container["startupProbe"] = http_probe("/livez", 1, 60, 2);
  container["readinessProbe"] = http_probe("/readyz", 3, 2, 2);
  container["livenessProbe"] = http_probe("/livez", 10, 6, 3);

  Json annotations = scrape_annotations(ops_port);
  annotations["shopkeeper.dev/config"] = config_digest(in, service);
  Json spec = {
      {"selector", {{"matchLabels", selector(in, component)}}},
      {"strategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 0}, {"maxSurge", 1}}}}},
      {"revisionHistoryLimit", 3},
      {"progressDeadlineSeconds", 300},
      {"template",
       {{"metadata", {{"labels", labels(in, component)}, {"annotations", std::move(annotations)}}},
        {"spec", std::move(pod)}}}};
  // An autoscaler owns spec.replicas.
  if (!desired.autoscaling) spec["replicas"] = desired.replicas;
  auto result = object(in, kube::types::deployment, in.names.service(service), component);
  result["spec"] = std::move(spec);
  return {kube::types::deployment, std::move(result)};
}

}  // namespace shop::desired
