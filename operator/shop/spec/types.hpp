#pragma once
#include "operator/kube/object/object.hpp"

namespace shop {

inline const kube::ResourceType shop_type{"shopkeeper.dev", "v1alpha1", "shops", "Shop", true};

/// Of the Prometheus operator; not every cluster has it.
inline const kube::ResourceType pod_monitor_type{"monitoring.coreos.com", "v1", "podmonitors", "PodMonitor",
                                                 true};

}  // namespace shop
