#pragma once
#include "operator/shop/inputs/sources.hpp"
#include "operator/shop/observed/observed.hpp"

namespace shop {

struct Gathered {
  Inputs inputs;
  Observed observed;               ///< with the Shop's PodMonitor, which no informer watches
  bool credentials_exist = false;  ///< else `inputs` has placeholders for what is missing
};

/// Reads all inputs of a Shop; writes nothing. Throws kube::ApiError, and std::invalid_argument for a Secret
/// of ours that cannot be read.
Gathered gather(const ShopContext& context, Observed observed, Sources& sources);

}  // namespace shop
