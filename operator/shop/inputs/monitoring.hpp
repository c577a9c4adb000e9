#pragma once
#include "operator/kube/client.hpp"
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/observed/observed.hpp"

#include <chrono>
#include <mutex>

namespace shop {

/// The cluster may have the Prometheus operator's PodMonitors or not, and come to have them at any time; so
/// they are no informer's. Thread-safe.
class PodMonitors {
 public:
  explicit PodMonitors(kube::Api& api) : api_(api) {}

  /// Says in `in` whether the cluster knows PodMonitors, and adds the Shop's own to what was observed. Throws
  /// kube::ApiError only for what passes.
  void look(Inputs& in, Observed& observed);

 private:
  bool known();
  kube::Api& api_;
  std::mutex lock_;
  bool known_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace shop
