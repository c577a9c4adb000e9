#include "operator/kube/object/object.hpp"

namespace kube::types {

const ResourceType secret{"", "v1", "secrets", "Secret"};
const ResourceType config_map{"", "v1", "configmaps", "ConfigMap"};
const ResourceType service{"", "v1", "services", "Service"};
const ResourceType service_account{"", "v1", "serviceaccounts", "ServiceAccount"};
const ResourceType pod{"", "v1", "pods", "Pod"};
const ResourceType persistent_volume_claim{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"};
const ResourceType namespace_{"", "v1", "namespaces", "Namespace", false};
const ResourceType deployment{"apps", "v1", "deployments", "Deployment"};
const ResourceType stateful_set{"apps", "v1", "statefulsets", "StatefulSet"};
const ResourceType job{"batch", "v1", "jobs", "Job"};
const ResourceType ingress{"networking.k8s.io", "v1", "ingresses", "Ingress"};
const ResourceType network_policy{"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"};
const ResourceType pod_disruption_budget{"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"};
const ResourceType horizontal_pod_autoscaler{"autoscaling", "v2", "horizontalpodautoscalers",
                                             "HorizontalPodAutoscaler"};
const ResourceType event{"events.k8s.io", "v1", "events", "Event"};
const ResourceType lease{"coordination.k8s.io", "v1", "leases", "Lease"};
const ResourceType custom_resource_definition{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                              "CustomResourceDefinition", false};

}  // namespace kube::types
