#pragma once
#include "operator/kube/object/object.hpp"

namespace shop {

inline const kube::ResourceType shop_type{"shopkeeper.dev", "v1alpha1", "shops", "Shop", true};

/// Of the Prometheus operator; not every cluster has it.
inline const kube::ResourceType pod_monitor_type{"monitoring.coreos.com", "v1", "podmonitors", "PodMonitor",
                                                 true};

/// Of the Gateway API; not every cluster has it.
inline const kube::ResourceType http_route_type{"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute",
                                                true};

/// Of CloudNativePG; not every cluster has them.
inline const kube::ResourceType pg_cluster_type{"postgresql.cnpg.io", "v1", "clusters", "Cluster", true};
inline const kube::ResourceType pg_pooler_type{"postgresql.cnpg.io", "v1", "poolers", "Pooler", true};

/// Of RabbitMQ's cluster operator; not every cluster has it.
inline const kube::ResourceType rabbitmq_cluster_type{"rabbitmq.com", "v1beta1", "rabbitmqclusters",
                                                      "RabbitmqCluster", true};

}  // namespace shop
