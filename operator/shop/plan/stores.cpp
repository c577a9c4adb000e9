// Database and broker, and what exists before them.
#include "operator/shop/desired/connections.hpp"
#include "operator/shop/plan/steps.hpp"

namespace shop {
namespace {

ComponentStatus external_status(const PlanInputs& at, const std::string& field, const std::string& message) {
  if (const auto* missing = at.missing_for(field)) return {false, "SecretMissing", missing->text()};
  return {true, "External", message};
}

ComponentStep external_database(const PlanInputs& at) {
  ComponentStep step;
  step.status = external_status(at, "spec.database", "The databases are elsewhere");
  for (auto service : all_services)
    if (!at.blocked(service)) step.ready.insert(service);
  if (const auto budget = connection_budget(at.in, Service::User); !budget.fits())
    step.result.problems.push_back(
        {"TooFewConnections", "the services need " + std::to_string(budget.needed + reserved_connections) +
                                  " connections, and spec.database.external.maxConnections is " +
                                  std::to_string(budget.available + reserved_connections) +
                                  ": raise it, or have fewer replicas"});
  return step;
}

}  // namespace

StepResult plan_missing_secrets(const PlanInputs& at) {
  StepResult result;
  for (const auto& missing : at.in.missing_secrets)
    // A condition of its own says that of backups: see plan_backups().
    if (!missing.reference.awaited && !missing.reference.field.starts_with(backup_store_field))
      result.problems.push_back({"SecretMissing", missing.text()});
  // The operator does not watch Secrets of others.
  return result;
}

StepResult plan_foundations(const PlanInputs& at) {
  StepResult result;
  // Created before planning: see ensure_credentials().
  result.kept = {{"Secret", at.in.names.passwords()},
                 {"Secret", at.in.names.signing()},
                 {"Secret", at.in.names.certificates()}};
  result.apply(desired::public_keys(at.in));
  result.apply(desired::issuer_keys(at.in));
  for (auto service : all_services) {
    result.apply(desired::service_account(at.in, service));
    result.apply(desired::service(at.in, service));
  }
  return result;
}

ComponentStep plan_database(const PlanInputs& at, StoreSteps& stores) {
  if (at.in.spec.cloud_native_pg) return plan_cloud_native_pg(at);
  if (!at.in.spec.database) return external_database(at);
  ComponentStep step;
  std::string restoring, starting, setting_up;
  const StoreStep* restarting = nullptr;
  const StoreStep* waiting = nullptr;
  bool failed = false;
  for (const auto& server : database_servers(at.in)) {
    step.result.apply(desired::postgres_pods_service(at.in, server));
    step.result.apply(desired::postgres_service(at.in, server));
    for (auto service : server.services) step.result.apply(desired::database_secret(at.in, service));
    auto restore = plan_restore(at, server);
    step.result.add(std::move(restore.result));
    if (!restore.done) {
      add_name(restoring, server.name);
      continue;
    }
    auto& store = stores.at(server.name);
    step.result.add(std::move(store.result));
    // While its change waits, the server runs as before.
    const bool waits = store.phase == StoreStep::Phase::Waiting;
    const bool up = waits || store.phase == StoreStep::Phase::Up;
    if (store.phase == StoreStep::Phase::Restarting && !restarting) restarting = &store;
    if (store.phase == StoreStep::Phase::Waiting && !waiting) waiting = &store;
    step.result.apply(desired::databases_script(at.in, server));
    const auto* live = at.observed.find(kube::types::stateful_set, server.name);
    const auto in = waits && live ? with_running_postgres(at.in, *live) : at.in;
    auto job = plan_job(at, desired::databases_job(in, server), up);
    step.result.add(std::move(job.result));
    const bool done = job.state.phase == JobState::Phase::Done;
    if (store.phase == StoreStep::Phase::Starting) add_name(starting, server.name);
    if (!done) add_name(setting_up, server.name);
    failed = failed || job.state.phase == JobState::Phase::Failed;
    if (up) step.servers_up.insert(server.name);
    for (auto service : server.services)
      if (up && done) step.ready.insert(service);
  }
  if (!restoring.empty())
    step.status = {false, "Restoring", "The backup is being restored: " + restoring};
  else if (!starting.empty())
    step.status = {false, "Starting", "PostgreSQL is not up yet: " + starting};
  else if (restarting)
    step.status = {false, restarting->upgrade ? "UpgradingDatabase" : "RestartingDatabase",
                   restarting->message};
  else if (waiting)
    step.status = {true, "ChangeWaiting", waiting->message};
  else if (!setting_up.empty())
    step.status = {false, failed ? "JobFailed" : "MakingDatabases",
                   "Databases and roles are being made on " + setting_up};
  else
    step.status = {true, "Up", "PostgreSQL is up, with a database for each service"};
  return step;
}

ComponentStep plan_messaging(const PlanInputs& at, StoreSteps& stores) {
  if (at.in.spec.cluster_operator) return plan_cluster_operator(at);
  if (!at.in.spec.messaging)
    return {{}, external_status(at, "spec.messaging", "The broker is elsewhere"), {}};
  ComponentStep step;
  step.result.apply(desired::rabbitmq_config(at.in));
  step.result.apply(desired::rabbitmq_definitions(at.in));
  step.result.apply(desired::messaging_secret(at.in));
  step.result.apply(desired::rabbitmq_pods_service(at.in));
  step.result.apply(desired::rabbitmq_service(at.in));
  auto& store = stores.at(at.in.names.rabbitmq());
  step.result.add(std::move(store.result));
  switch (store.phase) {
    case StoreStep::Phase::Up:
      step.status = {true, "Up", "RabbitMQ is up"};
      break;
    case StoreStep::Phase::Starting:
      step.status = {false, "Starting", "RabbitMQ is not up yet: " + at.in.names.rabbitmq()};
      break;
    case StoreStep::Phase::Restarting:
      step.status = {false, store.upgrade ? "UpgradingMessaging" : "RestartingMessaging", store.message};
      break;
    case StoreStep::Phase::Waiting:
      step.status = {true, "ChangeWaiting", store.message};
  }
  return step;
}

}  // namespace shop
