#pragma once
#include "operator/kube/client/client.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace shop {

/// Whether the cluster has the Prometheus operator's kind PodMonitor, asked at most once a minute. No
/// informer watches that kind, because it may be installed or removed at any time. Thread-safe.
class PodMonitors {
 public:
  PodMonitors(kube::Api& api, const kube::Clocks& clocks) : api_(api), clocks_(clocks) {}

  /// Throws kube::ApiError only for transient failures.
  bool available();
  /// The PodMonitor of that name; nullopt when there is none or we may not read it. Throws kube::ApiError
  /// only for transient failures.
  std::optional<kube::Object> get(const kube::Key& key);

 private:
  kube::Api& api_;
  const kube::Clocks clocks_;
  std::mutex lock_;
  bool available_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace shop
