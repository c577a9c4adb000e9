#include "operator/kube/object/object.hpp"

namespace kube::types {

const ResourceType secret{"", "v1", "secrets", "Secret", true};
const ResourceType config_map{"", "v1", "configmaps", "ConfigMap", true};
const ResourceType service{"", "v1", "services", "Service", true};
const ResourceType service_account{"", "v1", "serviceaccounts", "ServiceAccount", true};
const ResourceType pod{"", "v1", "pods", "Pod", true};
const ResourceType persistent_volume_claim{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true};
const ResourceType namespace_{"", "v1", "namespaces", "Namespace", false};
const ResourceType node{"", "v1", "nodes", "Node", false};
const ResourceType deployment{"apps", "v1", "deployments", "Deployment", true};
const ResourceType stateful_set{"apps", "v1", "statefulsets", "StatefulSet", true};
const ResourceType replica_set{"apps", "v1", "replicasets", "ReplicaSet", true};
const ResourceType job{"batch", "v1", "jobs", "Job", true};
const ResourceType cron_job{"batch", "v1", "cronjobs", "CronJob", true};
const ResourceType ingress{"networking.k8s.io", "v1", "ingresses", "Ingress", true};
const ResourceType network_policy{"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true};
const ResourceType pod_disruption_budget{"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true};
const ResourceType horizontal_pod_autoscaler{"autoscaling", "v2", "horizontalpodautoscalers",
                                             "HorizontalPodAutoscaler", true};
const ResourceType role{"rbac.authorization.k8s.io", "v1", "roles", "Role", true};
const ResourceType role_binding{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true};
const ResourceType event{"events.k8s.io", "v1", "events", "Event", true};
const ResourceType lease{"coordination.k8s.io", "v1", "leases", "Lease", true};
const ResourceType custom_resource_definition{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                              "CustomResourceDefinition", false};

const ResourceType* find(std::string_view api_version, std::string_view kind) {
  static const ResourceType* const all[] = {&secret,
                                            &config_map,
                                            &service,
                                            &service_account,
                                            &pod,
                                            &persistent_volume_claim,
                                            &node,
                                            &namespace_,
                                            &deployment,
                                            &stateful_set,
                                            &job,
                                            &replica_set,
                                            &ingress,
                                            &cron_job,
                                            &network_policy,
                                            &pod_disruption_budget,
                                            &role,
                                            &horizontal_pod_autoscaler,
                                            &lease,
                                            &role_binding,
                                            &event,
                                            &custom_resource_definition};
  for (const ResourceType* type : all) {
    if (type->kind == kind && type->api_version() == api_version) return type;
  }
  return nullptr;
}

}  // namespace kube::types
