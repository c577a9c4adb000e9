#pragma once
#include "operator/kube/cache.hpp"
#include "operator/kube/object.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace shop {

/// The objects of one Shop as last seen in the cluster, by kind and name.
class Observed {
 public:
  void add(kube::ObjectPtr object);
  void remove(const std::string& kind, const std::string& name) { objects_.erase({kind, name}); }
  /// Null when there is none.
  const kube::Object* find(const kube::ResourceType& type, const std::string& name) const;
  const std::map<std::pair<std::string, std::string>, kube::ObjectPtr>& all() const { return objects_; }

 private:
  std::map<std::pair<std::string, std::string>, kube::ObjectPtr> objects_;
};

/// What a Job's status says.
struct JobState {
  enum class Phase { Missing, Running, Done, Failed };
  Phase phase = Phase::Missing;
  std::string failure;  ///< "BackoffLimitExceeded: Job has reached the specified backoff limit"
  std::optional<std::chrono::system_clock::time_point> failed_at;
  int attempt = 1;
};
JobState job_state(const kube::Object* job);
/// How long after its failure a Job is made again: 10 s, doubling to 5 min.
std::chrono::seconds retry_delay(int attempt);

/// What a Deployment's or StatefulSet's status says.
struct WorkloadState {
  bool exists = false;
  int desired = 0;
  int ready = 0;
  bool usable = false;  ///< at least one pod is ready
  bool converged =
      false;           ///< every pod is of the latest template and ready, and none is left of an older one
  bool stuck = false;  ///< the rollout has made no progress for its deadline
  std::string image;   ///< of the first container
};
WorkloadState workload_state(const kube::Object* workload);

/// Why a pod does not run, of what will not pass by itself: "ImagePullBackOff", "CrashLoopBackOff",
/// "Unschedulable: …"; "" when it is well or merely starting.
std::string pod_trouble(const kube::Object& pod);

}  // namespace shop
