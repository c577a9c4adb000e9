// The database as CloudNativePG runs it: its Cluster and Pooler, and what their status says.
#include "operator/shop/plan/steps.hpp"
#include "operator/shop/spec/types.hpp"

#include <array>

namespace shop {
namespace {

// No informer watches these kinds, which may be installed at any time.
constexpr std::chrono::seconds look_again{5};
constexpr std::chrono::seconds look_again_when_ready{30};
constexpr std::chrono::seconds ask_for_kind_again{60};

int count_at(const kube::Object& object, const char* pointer) {
  const Json::json_pointer at(pointer);
  return object.contains(at) && object[at].is_number_integer() ? object[at].get<int>() : 0;
}

/// Phases in which CloudNativePG does what it was asked for; in others it waits or has failed.
bool under_way(const std::string& phase) {
  static const std::array phases{"",
                                 "Setting up primary",
                                 "Creating a new replica",
                                 "Upgrading cluster",
                                 "Upgrading Postgres major version",
                                 "Online upgrade in progress",
                                 "Applying configuration",
                                 "Switchover in progress",
                                 "Primary instance is being restarted in-place",
                                 "Primary instance is being restarted without a switchover",
                                 "Cluster in healthy state"};
  return std::find(phases.begin(), phases.end(), phase) != phases.end();
}

struct ClusterState {
  bool up = false;     ///< the primary accepts connections
  bool ready = false;  ///< all instances do
  bool failing = false;
  std::string text;  ///< "Cluster shop-postgres: Failing over: ... (1 of 3 instances ready)"
};

ClusterState cluster_state(const PlanInputs& at) {
  const auto name = "Cluster " + at.in.names.pg_cluster();
  const auto* live = at.observed.find(pg_cluster_type, at.in.names.pg_cluster());
  if (!live) return {.text = name + " is being created"};
  const auto phase = kube::text_at(*live, "/status/phase");
  if (phase.empty()) return {.text = name + " has no status yet: is the operator of CloudNativePG running?"};
  const int instances = count_at(*live, "/status/readyInstances");
  ClusterState state;
  state.up = instances > 0 && !kube::text_at(*live, "/status/currentPrimary").empty();
  state.ready = kube::has_condition(*live, "Ready") && instances >= at.in.spec.cloud_native_pg->instances;
  state.failing = !state.ready && !under_way(phase);
  const auto why = kube::text_at(*live, "/status/phaseReason");
  state.text = name + ": " + phase + (why.empty() ? "" : ": " + why) + " (" + std::to_string(instances) +
               " of " + std::to_string(at.in.spec.cloud_native_pg->instances) + " instances ready)";
  return state;
}

/// Whether services can connect as far as poolers are concerned.
bool pooler_up(const PlanInputs& at) {
  if (at.in.spec.cloud_native_pg->poolers == 0) return true;
  const auto* live = at.observed.find(pg_pooler_type, at.in.names.pg_pooler());
  return live && count_at(*live, "/status/instances") > 0;
}

constexpr const char* missing_kind =
    "spec.database.cloudNativePG needs the kind Cluster (postgresql.cnpg.io/v1): install CloudNativePG 1.25 "
    "or newer, such as by its Helm chart cloudnative-pg; the Shop goes on within two minutes";

ComponentStatus database_status(const PlanInputs& at, const ClusterState& cluster, const JobState& setup) {
  if (!at.in.cloud_native_pg) return {false, "CloudNativePGMissing", missing_kind};
  if (!cluster.up) return {false, "Starting", cluster.text};
  if (setup.phase != JobState::Phase::Done)
    return {false, setup.phase == JobState::Phase::Failed ? "JobFailed" : "MakingDatabases",
            "Databases and roles are being made on " + at.in.names.pg_cluster()};
  if (!pooler_up(at)) return {false, "Starting", "Pooler " + at.in.names.pg_pooler() + " has no pod yet"};
  return {true, "Up", cluster.text};
}

}  // namespace

ComponentStep plan_cloud_native_pg(const PlanInputs& at) {
  const auto server = database_servers(at.in).front();
  const auto cluster = at.in.cloud_native_pg ? cluster_state(at) : ClusterState();
  ComponentStep step;
  step.result.apply(desired::pg_superuser(at.in));
  for (auto service : server.services) step.result.apply(desired::database_secret(at.in, service));
  step.result.apply(desired::databases_script(at.in, server));
  if (at.in.cloud_native_pg) {
    step.result.apply(desired::pg_cluster(at.in));
    if (at.in.spec.cloud_native_pg->poolers > 0) step.result.apply(desired::pg_pooler(at.in));
  }
  auto job = plan_job(at, desired::databases_job(at.in, server), cluster.up);
  step.result.add(std::move(job.result));
  step.status = database_status(at, cluster, job.state);
  if (step.status.done) step.ready = {server.services.begin(), server.services.end()};

  if (!at.in.cloud_native_pg) {
    step.result.problems.push_back({step.status.reason, step.status.message});
    step.result.requeue_in(ask_for_kind_again);
  } else {
    if (cluster.failing) step.result.problems.push_back({"DatabaseClusterFailing", cluster.text});
    step.result.requeue_in(cluster.ready && step.status.done ? look_again_when_ready : look_again);
  }
  return step;
}

}  // namespace shop
