// RabbitMQ by its cluster operator: the custom resource RabbitmqCluster.
#include "operator/shop/desired/parts.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop::desired {
namespace {

constexpr int queue_members = 3;

/// Services declare quorum queues, perhaps while the first node is alone.
std::string configuration(int replicas) {
  std::string result =
      "disk_free_limit.absolute = 536870912\n"
      "default_queue_type = quorum\n";
  if (replicas > 1)
    result +=
        "quorum_queue.continuous_membership_reconciliation.enabled = true\n"
        "quorum_queue.continuous_membership_reconciliation.target_group_size = " +
        std::to_string(queue_members) + "\n";
  return result;
}

}  // namespace

DesiredObject rabbitmq_cluster(const Inputs& in) {
  const auto& messaging = in.spec.cluster_operator.value();
  Json persistence = {{"storage", messaging.size}};
  if (!messaging.storage_class.empty()) persistence["storageClassName"] = messaging.storage_class;
  // The cluster operator warns unless the memory request equals the limit.
  const Resources defaults{{"100m", "1Gi"}, {"2", "1Gi"}};
  Json spec = {{"replicas", messaging.replicas},
               {"persistence", std::move(persistence)},
               {"resources", resources(messaging.resources, defaults)},
               {"rabbitmq", {{"additionalConfig", configuration(messaging.replicas)}}}};
  if (!messaging.image.empty()) spec["image"] = messaging.image;
  for (const auto& name : in.spec.pull_secrets) spec["imagePullSecrets"].push_back({{"name", name}});
  return object(in, rabbitmq_cluster_type, in.names.rabbitmq(), "rabbitmq", {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
