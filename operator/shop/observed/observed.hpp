#pragma once
#include "operator/kube/object/object.hpp"
#include "operator/kube/watch/cache.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace shop {

using ObjectId = std::pair<std::string, std::string>;  ///< kind and name

/// The objects of one Shop as last seen in the cluster.
class Observed {
 public:
  void add(kube::ObjectPtr object);
  void remove(const std::string& kind, const std::string& name) { objects_.erase({kind, name}); }
  /// Null when there is none.
  const kube::Object* find(const kube::ResourceType& type, const std::string& name) const;
  const std::map<ObjectId, kube::ObjectPtr>& all() const { return objects_; }

 private:
  std::map<ObjectId, kube::ObjectPtr> objects_;
};

/// The cache of a kind that not every cluster has.
struct WatchedKind {
  /// Null when there is no such object; nullopt when the cache does not know yet.
  std::function<std::optional<kube::ObjectPtr>(const kube::Key&)> get;
  /// The kind is gone: ends the watch.
  std::function<void()> drop;
};

/// Read access to the caches. What is read of an object besides metadata:
///  - those of owned kinds: every field that the operator applies (drift is found by comparing them), of
///    workloads and Jobs also `status`, of Ingresses `status.loadBalancer`, of ConfigMap <shop>-keys and our
///    Secrets `data`, of Deployments `spec.paused`
///  - Pods: spec.containers and .initContainers [name, image, resources.limits.memory]; status.phase,
///  .conditions
///    [type, reason, message], .containerStatuses and .initContainerStatuses [name, ready, restartCount,
///    state, lastState]
///  - PersistentVolumeClaims: spec.storageClassName, spec.resources.requests.storage, status.phase
struct View {
  /// The Shop; null when there is none.
  std::function<kube::ObjectPtr(const kube::Key&)> shop;
  /// The Shop's objects, its pods and volumes.
  std::function<Observed(const kube::Object& shop)> objects;
  /// The Secrets of these names, which the Shop uses from now on, and no others: see
  /// ReferencedSecrets::use(). Empty: they are read from the API server each time.
  std::function<std::map<std::string, kube::Object>(const kube::Key& shop,
                                                    const std::set<std::string>& names)>
      secrets{};
  /// PodMonitors, which not every cluster has. Empty: they are read from the API server each time.
  WatchedKind pod_monitors{};
};

/// A Job as its status describes it.
struct JobState {
  enum class Phase { Missing, Running, Done, Failed };
  Phase phase = Phase::Missing;
  std::string failure;  ///< "BackoffLimitExceeded: Job has reached the specified backoff limit"
  std::optional<std::chrono::system_clock::time_point> failed_at;
  int attempt = 1;
};
JobState job_state(const kube::Object* job);

/// A Deployment or StatefulSet as its status describes it.
struct WorkloadState {
  bool exists = false;
  int desired = 0;
  int ready = 0;
  bool usable = false;     ///< at least one pod is ready
  bool converged = false;  ///< all pods are of the latest template, and as many as desired are ready
  bool stuck = false;      ///< the rollout made no progress within its deadline
  bool rolling = false;    ///< a rollout is under way and not stuck
  std::string image;       ///< of the first container
};
WorkloadState workload_state(const kube::Object* workload);

}  // namespace shop
