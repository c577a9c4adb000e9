// The broker as RabbitMQ's cluster operator runs it: its RabbitmqCluster, and what the status says.
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

using namespace std::chrono_literals;

// No informer watches this kind, which may be installed at any time.
constexpr auto look_again = 5s;
constexpr auto look_again_when_ready = 30s;
constexpr auto ask_for_kind_again = 60s;
// Nodes take so long to start and join that a missing one is no failure before.
constexpr auto patience = 3min;

constexpr const char* missing_kind =
    "spec.messaging.clusterOperator needs the kind RabbitmqCluster (rabbitmq.com/v1beta1): install "
    "RabbitMQ's "
    "cluster operator, version 2; the Shop goes on within two minutes";

/// "AllReplicasReady: NotAllPodsReady: 2/3 Pods ready"; "" when there is no such condition, or it has another
/// status.
std::string complaint(const kube::Object& cluster, const char* type, const char* status = "False") {
  const auto* condition = kube::find_condition(cluster, type);
  if (!condition || kube::text_at(*condition, "/status") != status) return {};
  const auto message = kube::text_at(*condition, "/message");
  return std::string(type) + ": " + kube::text_at(*condition, "/reason") +
         (message.empty() ? "" : ": " + message);
}

bool lasting(const kube::Object& cluster, const char* type, std::chrono::system_clock::time_point now) {
  const auto* condition = kube::find_condition(cluster, type);
  const auto since =
      condition ? kit::parse_rfc3339(kube::text_at(*condition, "/lastTransitionTime")) : std::nullopt;
  return since && now - *since >= patience;
}

ComponentStatus broker_status(const PlanInputs& at, const kube::Object* live) {
  const auto name = "RabbitmqCluster " + at.in.names.rabbitmq();
  if (!at.in.rabbitmq_clusters) return {false, "ClusterOperatorMissing", missing_kind};
  if (!live) return {false, "Starting", name + " is being created"};
  if (!kube::find_condition(*live, "ClusterAvailable"))
    return {false, "Starting", name + " has no status yet: is RabbitMQ's cluster operator running?"};
  if (!kube::has_condition(*live, "ClusterAvailable"))
    return {false, "Starting",
            name + " is not up yet: " + complaint(*live, "ClusterAvailable") +
                complaint(*live, "ClusterAvailable", "Unknown")};
  if (const auto* missing = at.missing_for(cluster_operator_field))
    return {false, "Starting", missing->text()};
  return {true, "Up", name + " is up"};
}

/// What the cluster operator reports that passes not by itself.
std::string failure(const PlanInputs& at, const kube::Object& live) {
  if (auto text = complaint(live, "ReconcileSuccess"); !text.empty()) return text;
  for (const char* type : {"ClusterAvailable", "AllReplicasReady"})
    if (auto text = complaint(live, type); !text.empty() && lasting(live, type, at.now)) return text;
  return {};
}

}  // namespace

ComponentStep plan_cluster_operator(const PlanInputs& at) {
  const auto* live =
      at.in.rabbitmq_clusters ? at.observed.find(rabbitmq_cluster_type, at.in.names.rabbitmq()) : nullptr;
  ComponentStep step;
  step.status = broker_status(at, live);
  if (!at.in.rabbitmq_clusters) {
    step.result.problems.push_back({step.status.reason, step.status.message});
    step.result.requeue_in(ask_for_kind_again);
    return step;
  }
  step.result.apply(desired::rabbitmq_cluster(at.in));
  if (const auto text = live ? failure(at, *live) : ""; !text.empty())
    step.result.problems.push_back(
        {"BrokerClusterFailing", "RabbitmqCluster " + at.in.names.rabbitmq() + ": " + text});
  const bool ready = step.status.done && kube::has_condition(*live, "AllReplicasReady");
  step.result.requeue_in(ready ? look_again_when_ready : look_again);
  return step;
}

}  // namespace shop
