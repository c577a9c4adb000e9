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
};

// Workloads.
struct StatefulSetStep {
  StepResult result;
  bool up = false;  ///< runs as desired: neither this apply nor a rollout under way restarts its pod
};
/// Keeps the immutable fields of an existing StatefulSet and expands its volume; volumes never shrink.
StatefulSetStep plan_stateful_set(const PlanInputs& at, DesiredObject desired, const Volume& volume);

struct JobStep {
  StepResult result;
  JobState state;
};
/// Creates the Job once `may_start`, and again some time after it failed.
JobStep plan_job(const PlanInputs& at, DesiredObject desired, bool may_start);

// Components, in the order of their dependencies.
StepResult plan_missing_secrets(const PlanInputs& at);
StepResult plan_foundations(const PlanInputs& at);
ComponentStep plan_database(const PlanInputs& at);
ComponentStep plan_messaging(const PlanInputs& at);
ComponentStep plan_migrations(const PlanInputs& at, const std::set<Service>& database_ready);
ComponentStep plan_sample_data(const PlanInputs& at, const std::set<Service>& database_ready,
                               const std::set<Service>& migrated);
StepResult plan_services(const PlanInputs& at, const std::set<Service>& migrated);
std::map<Service, ServiceProgress> service_progress(const PlanInputs& at, const std::set<Service>& migrated);
ComponentStep plan_gateway(const PlanInputs& at);
std::string endpoint_url(const PlanInputs& at);
StepResult plan_network_policies(const PlanInputs& at);
StepResult plan_monitoring(const PlanInputs& at);
/// Deletes what the operator created for this Shop and no step desires or keeps.
StepResult plan_deletions(const PlanInputs& at, const StepResult& steps);
StepResult plan_pod_failures(const PlanInputs& at);

}  // namespace shop
