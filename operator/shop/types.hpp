#pragma once
#include "operator/kube/object.hpp"

namespace shop {

inline const kube::ResourceType shop_type{"shopkeeper.dev", "v1alpha1", "shops", "Shop", true};

}  // namespace shop
