#include "operator/shop/desired/parts.hpp"

namespace shop::desired {

DesiredObject autoscaler(const Inputs& in, Service service) {
  const auto& desired = in.spec.services.at(service).autoscaling.value();
  auto name = in.names.service(service);
  auto result = object(in, kube::types::horizontal_pod_autoscaler, name, to_string(service));
  result["spec"] = {
      {"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", name}}},
      {"minReplicas", desired.min},
      {"maxReplicas", desired.max},
      {"metrics",
       {{{"type", "Resource"},
         {"resource",
          {{"name", "cpu"}, {"target", {{"type", "Utilization"}, {"averageUtilization", desired.cpu}}}}}}}}};
  return {kube::types::horizontal_pod_autoscaler, std::move(result)};
}

DesiredObject disruption_budget(const Inputs& in, Service service) {
  auto component = to_string(service);
  auto result = object(in, kube::types::pod_disruption_budget, in.names.service(service), component);
  // A pod that is not ready must not block the draining of its node.
  result["spec"] = {{"maxUnavailable", 1},
                    {"selector", {{"matchLabels", selector(in, component)}}},
                    {"unhealthyPodEvictionPolicy", "AlwaysAllow"}};
  return {kube::types::pod_disruption_budget, std::move(result)};
}

}  // namespace shop::desired
