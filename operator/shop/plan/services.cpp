// Migrations, sample data and the services' Deployments.
#include "operator/shop/plan/steps.hpp"

namespace shop {
namespace {

using Phase = JobState::Phase;

bool may_run(const PlanInputs& at, Service service, const std::set<Service>& ready) {
  return ready.contains(service) && !at.blocked(service);
}

}  // namespace

ComponentStep plan_migrations(const PlanInputs& at, const std::set<Service>& database_ready) {
  ComponentStep step;
  std::map<Phase, std::string> services;
  for (auto service : all_services) {
    step.result.apply(desired::service_config(at.in, service));
    auto job = plan_job(at, desired::migration_job(at.in, service), may_run(at, service, database_ready));
    step.result.add(std::move(job.result));
    if (job.state.phase == Phase::Done) step.ready.insert(service);
    add_name(services[job.state.phase], to_string(service));
  }
  if (services.contains(Phase::Failed))
    step.status = {false, "JobFailed", "Migrations failed: " + services[Phase::Failed]};
  else if (services.contains(Phase::Running))
    step.status = {false, "Migrating", "Migrations are under way: " + services[Phase::Running]};
  else if (services.contains(Phase::Missing))
    step.status = {false, "Waiting", "Migrations wait for the database: " + services[Phase::Missing]};
  else
    step.status = {true, "Migrated", "The databases are at version " + at.in.version()};
  return step;
}

ComponentStep plan_sample_data(const PlanInputs& at, const std::set<Service>& database_ready,
                               const std::set<Service>& migrated) {
  ComponentStep step{{}, {true, "Filled", {}}, {}};
  if (!at.in.spec.sample_data) return step;
  std::string filling;
  for (auto service : desired::sample_services) {
    auto job = plan_job(at, desired::sample_data_job(at.in, service),
                        migrated.contains(service) && may_run(at, service, database_ready));
    step.result.add(std::move(job.result));
    if (job.state.phase != Phase::Done) add_name(filling, to_string(service));
  }
  if (!filling.empty()) step.status = {false, "Filling", "Sample data is being filled in: " + filling};
  return step;
}

std::map<Service, ServiceProgress> service_progress(const PlanInputs& at, const std::set<Service>& migrated) {
  std::map<Service, ServiceProgress> result;
  const auto id = rollout_id(rollout_spec(at.in));
  for (auto service : all_services) {
    const auto& spec = at.in.spec.services.at(service);
    const auto* live = at.observed.find(kube::types::deployment, at.in.names.service(service));
    auto state = workload_state(live);
    if (!state.exists) state.desired = spec.min_replicas();
    const bool up_to_date = may_run(at, service, migrated) && live &&
                            kube::annotation(*live, rollout_annotation) == id &&
                            state.image == at.in.image(to_string(service)) && state.converged &&
                            (spec.autoscaling || state.desired == spec.replicas);
    result[service] = {std::move(state), up_to_date};
  }
  return result;
}

StepResult plan_services(const PlanInputs& at, const std::set<Service>& migrated, bool stores_settled) {
  StepResult result;
  for (auto service : all_services) {
    auto deployment = desired::deployment(at.in, service);
    const auto& spec = at.in.spec.services.at(service);
    const auto* live = at.observed.find(deployment.type, kube::name(deployment.object));
    const auto state = workload_state(live);
    if (state.stuck)
      result.problems.push_back({"RolloutStuck", "Deployment " + at.in.names.service(service) +
                                                     " has made no progress within its deadline"});
    if (spec.autoscaling) {
      auto autoscaler = desired::autoscaler(at.in, service);
      // An existing autoscaler shows that the transfer has been made: see Executor::run.
      if (state.exists && !at.observed.find(autoscaler.type, kube::name(autoscaler.object)))
        result.changes.transfers.push_back({kube::key(deployment.object), spec.min_replicas()});
      result.apply(std::move(autoscaler));
    }
    if (spec.min_replicas() > 1) result.apply(desired::disruption_budget(at.in, service));
    // The old version keeps running until its database is ready for the new one, and while a store restarts.
    if (may_run(at, service, migrated) && (!live || stores_settled || applied(live, deployment)))
      result.apply(std::move(deployment));
    else
      result.keep(deployment);
  }
  return result;
}

}  // namespace shop
