#pragma once
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/observed/observed.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shop {

/// A failure that may need a user's attention. `reason` is stable, CamelCase.
struct Problem {
  std::string reason;
  std::string message;
};

/// Something that this plan does and that an Event tells. `reason` is stable, CamelCase.
struct Announcement {
  std::string reason;
  std::string message;
  bool warning = false;
};

/// The state of one component of the Shop, as its condition reports it.
struct ComponentStatus {
  bool done = false;
  std::string reason;
  std::string message;
};

struct ServiceProgress {
  WorkloadState state;
  bool up_to_date = false;  ///< all its pods run what the Shop asks for
};

/// The state of backups, for status.
struct BackupProgress {
  ComponentStatus condition;
  Json servers = Json::array();  ///< status.backups
  Json last, verified;           ///< null: there is none yet
};

/// How much of the desired state has been reached.
struct Progress {
  ComponentStatus database, messaging, migrations, sample_data, gateway;
  std::map<Service, ServiceProgress> services;
  std::string endpoint;
  std::vector<Problem> problems;
  std::optional<BackupProgress> backups{};  ///< with spec.database.managed.backup only
  RolloutRecord rollout{};                  ///< for the status

  /// Each service has a ready pod, and the gateway leads to them: a request is answered.
  bool serving() const;
  /// Everything that a first version needs before it serves is done.
  bool installed() const;
  /// All services run what the Shop asks for.
  bool services_up_to_date() const;
  /// Nothing is under way.
  bool settled() const { return installed() && services_up_to_date() && gateway.done; }
};

struct Deletion {
  kube::ResourceType type;
  kube::Key key;
  std::string uid;
};

/// A failed Job that is deleted and created again.
struct JobRetry {
  Deletion failed;
  DesiredObject job;
};

/// A Deployment whose spec.replicas passes from the operator to an autoscaler. A field that we no longer
/// apply and that has no other owner is reset to its default by the API server: one pod until the autoscaler
/// acts.
struct OwnershipTransfer {
  kube::Key deployment;
  int min_replicas;
  /// The last number that the operator sets: at least the autoscaler's minimum, because the autoscaler does
  /// not act on a Deployment of 0 pods.
  int replicas(const kube::Object& live) const {
    return std::max(workload_state(&live).desired, min_replicas);
  }
};

struct VolumeExpansion {
  kube::Key claim;
  std::string size;
};

/// The writes of one reconcile, in this order.
struct Changes {
  std::vector<DesiredObject> claims;  ///< volumes: created when they do not exist, never changed or deleted
  std::vector<OwnershipTransfer> transfers;
  std::vector<DesiredObject> apply;
  std::vector<VolumeExpansion> expansions;
  std::vector<DesiredObject> jobs;  ///< created when they do not exist; Jobs are immutable
  std::vector<JobRetry> retries;
  std::vector<Deletion> deletions;
};

struct Plan {
  Changes changes;
  Progress progress;
  std::vector<Announcement> announcements;
  std::optional<std::chrono::milliseconds> requeue_after;  ///< for what no watched object announces
};

/// What a Shop with these inputs, and these objects in the cluster, needs next. Pure.
Plan make_plan(const Inputs& in, const Observed& observed, std::chrono::system_clock::time_point now);

/// The delay before a Job that failed at its `attempt`-th try is created again: 10 s, doubling to 5 min.
std::chrono::milliseconds job_retry_delay(int attempt);

}  // namespace shop
