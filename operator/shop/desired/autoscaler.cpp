#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

// Load that falls for a moment must not cost pods that the next moment needs: Kubernetes' own default, and at
// most one pod a minute, because each takes its share of the caches and connections with it.
constexpr int scale_down_window_seconds = 300;
constexpr int scale_down_period_seconds = 60;

/// The names and labels of observability/prometheus-adapter.yaml.
Json external(const char* name, Json labels, Json target) {
  return {{"type", "External"},
          {"external",
           {{"metric", {{"name", name}, {"selector", {{"matchLabels", std::move(labels)}}}}},
            {"target", std::move(target)}}}};
}

Json metric(const ScalingMetric& metric, const std::string& shop, const std::string& service) {
  if (metric.type == ScalingMetric::Type::QueueDepth)
    return external("shopkeeper_queue_messages", {{"shop", shop}, {"queue", service + ".events"}},
                    {{"type", "AverageValue"}, {"averageValue", std::to_string(metric.target)}});
  // A metric in seconds; the quantity is in thousandths.
  const auto seconds =
      metric.target % 1000 == 0 ? std::to_string(metric.target / 1000) : std::to_string(metric.target) + "m";
  return external("shopkeeper_request_seconds_p95", {{"shop", shop}, {"service", service}},
                  {{"type", "Value"}, {"value", seconds}});
}

}  // namespace

DesiredObject autoscaler(const Inputs& in, Service service) {
  const auto& desired = in.spec.services.at(service).autoscaling.value();
  auto name = in.names.service(service);
  auto metrics = Json::array(
      {{{"type", "Resource"},
        {"resource",
         {{"name", "cpu"}, {"target", {{"type", "Utilization"}, {"averageUtilization", desired.cpu}}}}}}});
  for (const auto& each : desired.metrics) metrics.push_back(metric(each, in.names.shop, to_string(service)));
  Json scale_down = {
      {"stabilizationWindowSeconds", scale_down_window_seconds},
      {"policies", {{{"type", "Pods"}, {"value", 1}, {"periodSeconds", scale_down_period_seconds}}}}};
  Json spec = {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", name}}},
               {"minReplicas", desired.min},
               {"maxReplicas", desired.max},
               {"metrics", std::move(metrics)},
               {"behavior", {{"scaleDown", std::move(scale_down)}}}};
  return object(in, kube::types::horizontal_pod_autoscaler, name, to_string(service),
                {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
