#include "operator/shop/desired/parts.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop::desired {
namespace {

/// Adds the labels that the dashboards select by.
Json relabelings() {
  const auto from_pod_label = [](const char* pod_label, const char* label) {
    return Json{{"action", "replace"},
                {"sourceLabels", {std::string("__meta_kubernetes_pod_label_app_kubernetes_io_") + pod_label}},
                {"targetLabel", label}};
  };
  return Json::array({from_pod_label("instance", "shop"), from_pod_label("component", "service")});
}

Json endpoint(const char* port, const char* path) {
  return {{"port", port}, {"path", path}, {"interval", "15s"}, {"relabelings", relabelings()}};
}

}  // namespace

Json scrape_annotations(int port) {
  return {{"prometheus.io/scrape", "true"},
          {"prometheus.io/port", std::to_string(port)},
          {"prometheus.io/path", "/metrics"}};
}

DesiredObject pod_monitor(const Inputs& in) {
  // Metrics of each queue.
  auto queues = endpoint("metrics", "/metrics/detailed");
  // Without it both of the broker's targets would have the same labels, and one `up`.
  queues["relabelings"].push_back(
      {{"action", "replace"}, {"targetLabel", "endpoint"}, {"replacement", "queues"}});
  queues["params"] = {{"family", {"queue_coarse_metrics", "queue_consumer_count"}}};
  Json spec = {
      {"selector",
       {{"matchLabels", {{instance_label, in.names.shop}, {"app.kubernetes.io/managed-by", manager}}}}},
      {"podMetricsEndpoints",
       {endpoint("ops", "/metrics"), endpoint("metrics", "/metrics"), std::move(queues)}}};
  auto result = object(in, pod_monitor_type, in.names.shop, "monitoring", {{"spec", std::move(spec)}});
  for (const auto& [key, value] : in.spec.monitoring_labels) result.object["metadata"]["labels"][key] = value;
  return result;
}

}  // namespace shop::desired
