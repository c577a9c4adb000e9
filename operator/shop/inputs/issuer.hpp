#pragma once
#include "operator/kube/client.hpp"
#include "operator/shop/desired/inputs.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace shop {

/// The cluster's ServiceAccount issuer and its keys, asked of the API server at most every ten minutes (every
/// ten seconds while that fails; what is known is used meanwhile). Thread-safe.
class IssuerKeys {
 public:
  explicit IssuerKeys(kube::Api& api) : api_(api) {}
  /// Throws kube::ApiError when they never could be read.
  ClusterIssuer get();

 private:
  kube::Api& api_;
  std::mutex lock_;
  std::optional<ClusterIssuer> known_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace shop
