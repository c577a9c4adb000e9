#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/observed/observed.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

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

/// A kind that not every cluster has; asked at most once a minute, because it may be installed or removed at
/// any time. Thread-safe.
class OptionalKind {
 public:
  /// Objects are read from `watched`, if it is given and knows, else from the API server.
  OptionalKind(kube::Api& api, const kube::Clocks& clocks, kube::ResourceType type, WatchedKind watched = {})
      : api_(api), clocks_(clocks), type_(std::move(type)), watched_(std::move(watched)) {}

  /// Throws kube::ApiError only for transient failures.
  bool available();
  /// The object of that name; nullopt when there is none or we may not read it. Throws kube::ApiError only
  /// for transient failures.
  std::optional<kube::Object> get(const kube::Key& key);

 private:
  kube::Api& api_;
  const kube::Clocks clocks_;
  const kube::ResourceType type_;
  const WatchedKind watched_;
  std::mutex lock_;
  bool available_ = false;
  std::chrono::steady_clock::time_point next_{};
};

/// The Secrets of these names, in the namespace of a Shop that uses them, as far as they exist.
using ReadSecrets = std::function<std::map<std::string, kube::Object>(const kube::Key& shop,
                                                                      const std::set<std::string>& names)>;
/// Reads them from the API server.
ReadSecrets read_from(kube::Api& api);

/// What a Shop's inputs are read from besides its own object and the caches. Thread-safe.
struct Sources {
  Sources(kube::Api& api, const kube::Clocks& clocks, ReadSecrets read = {}, WatchedKind pod_monitors = {});
  ReadSecrets secrets;
  IssuerKeys issuer;
  OptionalKind pod_monitors;
  OptionalKind http_routes;
  OptionalKind pg_clusters, pg_poolers;
  OptionalKind rabbitmq_clusters;
};

}  // namespace shop
