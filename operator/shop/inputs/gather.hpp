#pragma once
#include "operator/shop/inputs/issuer.hpp"
#include "operator/shop/inputs/pod_monitors.hpp"
#include "operator/shop/observed/observed.hpp"

namespace shop {

/// What a Shop's inputs are read from besides its own object and the caches. Thread-safe.
struct Sources {
  Sources(kube::Api& api, const kube::Clocks& clocks)
      : api(api), issuer(api, clocks), pod_monitors(api, clocks) {}
  kube::Api& api;
  IssuerKeys issuer;
  PodMonitors pod_monitors;
};

struct Gathered {
  Inputs inputs;
  Observed observed;               ///< with the Shop's PodMonitor, which no informer watches
  bool credentials_exist = false;  ///< else `inputs` has placeholders for what is missing
};

/// Reads all inputs of a Shop; writes nothing. Throws kube::ApiError, and std::invalid_argument for a Secret
/// of ours that cannot be read.
Gathered gather(const ShopContext& context, Observed observed, Sources& sources);

}  // namespace shop
