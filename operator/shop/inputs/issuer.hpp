#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/shop/desired/inputs.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace shop {

/// The cluster's ServiceAccount issuer and its keys, read from the API server at most every ten minutes.
/// After a failure the known keys are used and the next try follows ten seconds later. Thread-safe.
class IssuerKeys {
 public:
  IssuerKeys(kube::Api& api, const kube::Clocks& clocks) : api_(api), clocks_(clocks) {}
  /// Throws kube::ApiError when they never could be read.
  ClusterIssuer get();

 private:
  kube::Api& api_;
  const kube::Clocks clocks_;
  std::mutex lock_;
  std::optional<ClusterIssuer> known_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace shop
