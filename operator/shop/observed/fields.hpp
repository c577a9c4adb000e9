#pragma once
#include "operator/kube/object/object.hpp"

namespace shop {

/// Removes what is never read of a pod, most of it: of the spec the node and the containers' names, images
/// and resources are left, and the status but its addresses.
void keep_read_pod_fields(kube::Object& pod);

}  // namespace shop
