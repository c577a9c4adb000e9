#pragma once
// Internal to planning: the steps that make_plan() combines. All are pure.
#include "operator/shop/plan/plan.hpp"

#include <set>

namespace shop {

struct PlanInputs {
  const Inputs& in;
  const Observed& observed;
  std::chrono::system_clock::time_point now;

  /// Whether a Secret that the service's pods need is missing.
  bool blocked(Service service) const;
  /// The first missing Secret that a field with this prefix names; null when there is none.
  const MissingSecret* missing_for(const std::string& field_prefix) const;
};

/// Appends to a list in a message.
inline void add_name(std::string& list, const std::string& name) {
  list += (list.empty() ? "" : ", ") + name;
}

/// What one step contributes to the plan.
struct StepResult {
  Changes changes;
  std::set<ObjectId> kept;  ///< objects that stay as they are
  std::vector<Problem> problems;
  std::vector<Announcement> announcements;
  std::optional<std::chrono::milliseconds> requeue_after;

  void apply(DesiredObject desired) { changes.apply.push_back(std::move(desired)); }
  void keep(const DesiredObject& desired) { kept.insert({desired.type.kind, kube::name(desired.object)}); }
  void requeue_in(std::chrono::milliseconds time);
  /// Appends another result to this one.
  void add(StepResult other);
};

/// Of a component: what is to be done, its status, and the services for which it is ready.
struct ComponentStep {
  StepResult result;
  ComponentStatus status;
  std::set<Service> ready;
  std::set<std::string> servers_up = {};  ///< PostgreSQL servers that run as desired
};

// Workloads.
/// Keeps the immutable fields of an existing StatefulSet and expands its volume; volumes never shrink.
DesiredObject plan_volume(const PlanInputs& at, DesiredObject stateful_set, const Volume& volume,
                          Changes& changes);
/// Whether the live object was last applied from this desired one. The applied hash decides, not the fields,
/// because a webhook may have changed some of them.
bool applied(const kube::Object* live, const DesiredObject& desired);

struct JobStep {
  StepResult result;
  JobState state;
};
/// Creates the Job once `may_start`, and again some time after it failed.
JobStep plan_job(const PlanInputs& at, DesiredObject desired, bool may_start);

// Stores: see store_upgrades.cpp.
struct StoreStep {
  enum class Phase {
    Starting,    ///< runs as desired, or is being created, and is not up
    Up,          ///< runs as desired
    Restarting,  ///< this pass changes it, or the change is under way
    Waiting,     ///< is to be changed, after another store or a rollout of services
  };
  StepResult result;
  Phase phase = Phase::Starting;
  std::string message;   ///< for the condition, while it is restarting or waiting
  bool upgrade = false;  ///< to another version, when it is restarting
};
using StoreSteps = std::map<std::string, StoreStep>;  ///< by the StatefulSet's name
/// The StatefulSets of the managed stores. Running ones are changed one after another, and never beside a
/// rollout of services: a pending one goes first, because it can be rolled back.
StoreSteps plan_stores(const PlanInputs& at, bool rollout_pending);
/// The inputs with PostgreSQL as this StatefulSet runs it, for Jobs while its change waits.
Inputs with_running_postgres(Inputs in, const kube::Object& stateful_set);
/// Whether no store is being restarted or is down, so that services may be rolled out.
bool settled(const StoreSteps& stores);
/// The inputs with the versions of the stores as they run, where the spec asks for an impossible change of
/// version; each refusal is added to `problems`.
Inputs with_possible_versions(const Inputs& in, const Observed& observed, std::vector<Problem>& problems);
/// Lets an existing claim grow to `size`; volumes never shrink.
void expand_volume(const PlanInputs& at, const std::string& claim, const std::string& size, Changes& changes);

/// Of spec.restoreFrom: whether the server's volume has been set up, so that the server may start.
struct RestoreStep {
  StepResult result;
  bool done = true;
  Problem problem;  ///< reason empty: none
};
RestoreStep plan_restore(const PlanInputs& at, const DatabaseServer& server);

struct BackupStep {
  StepResult result;
  std::optional<BackupProgress> state;  ///< without spec.database.managed.backup: nullopt
};
/// Backs up servers that are up when a backup is due, and verifies the last backup.
BackupStep plan_backups(const PlanInputs& at, const std::set<std::string>& servers_up);

// Components, in the order of their dependencies.
StepResult plan_missing_secrets(const PlanInputs& at);
StepResult plan_foundations(const PlanInputs& at);
ComponentStep plan_database(const PlanInputs& at, StoreSteps& stores);
ComponentStep plan_messaging(const PlanInputs& at, StoreSteps& stores);
/// With spec.database.cloudNativePG, in place of plan_database().
ComponentStep plan_cloud_native_pg(const PlanInputs& at);
/// With spec.messaging.clusterOperator, in place of plan_messaging().
ComponentStep plan_cluster_operator(const PlanInputs& at);
ComponentStep plan_migrations(const PlanInputs& at, const std::set<Service>& database_ready);
ComponentStep plan_sample_data(const PlanInputs& at, const std::set<Service>& database_ready,
                               const std::set<Service>& migrated);
/// Existing Deployments are changed only while the stores are settled.
StepResult plan_services(const PlanInputs& at, const std::set<Service>& migrated, bool stores_settled);
std::map<Service, ServiceProgress> service_progress(const PlanInputs& at, const std::set<Service>& migrated);
ComponentStep plan_gateway(const PlanInputs& at);
std::string endpoint_url(const PlanInputs& at);
/// Keeps the earlier configurations of services that pods may still be started with.
StepResult plan_earlier_configs(const PlanInputs& at);
StepResult plan_network_policies(const PlanInputs& at);
StepResult plan_monitoring(const PlanInputs& at);
/// Deletes what the operator created for this Shop and no step desires or keeps.
StepResult plan_deletions(const PlanInputs& at, const StepResult& steps);
/// Reports failing pods, volumes and rollouts.
StepResult plan_failures(const PlanInputs& at);

}  // namespace shop
