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

}  // namespace shop
