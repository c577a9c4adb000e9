// The later phases of a plan: what stands on database and broker.
#include "operator/shop/plan/planner.hpp"
#include "operator/shop/spec/types.hpp"

#include <algorithm>

namespace shop {
namespace {

void add(std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; }

std::string address_of(const kube::Object* ingress) {
  if (!ingress) return {};
  auto name = kube::text_at(*ingress, "/status/loadBalancer/ingress/0/hostname");
  return name.empty() ? kube::text_at(*ingress, "/status/loadBalancer/ingress/0/ip") : name;
}

}  // namespace

void Planner::migrations() {
  std::string waiting, running, failed, filling;
  for (auto service : all_services) {
    want(desired::service_config(in_, service));
    auto migration =
        want_job(desired::migration_job(in_, service), database_made_[service] && !blocked(service));
    migrated_[service] = migration.phase == Phase::Done;
    if (migration.phase == Phase::Missing) add(waiting, to_string(service));
    if (migration.phase == Phase::Running) add(running, to_string(service));
    if (migration.phase == Phase::Failed) add(failed, to_string(service));
  }
  if (in_.spec.sample_data) {
    for (auto service : desired::sample_services) {
      auto job = want_job(desired::sample_data_job(in_, service),
                          migrated_[service] && database_made_[service] && !blocked(service));
      if (job.phase != Phase::Done) add(filling, to_string(service));
    }
  }
  auto& part = plan_.progress.migrations;
  if (!failed.empty())
    part = {false, "JobFailed", "Migrations failed: " + failed};
  else if (!running.empty())
    part = {false, "Migrating", "Migrations are under way: " + running};
  else if (!waiting.empty())
    part = {false, "Waiting", "Migrations wait for the database: " + waiting};
  else
    part = {true, "Migrated", "The databases are at version " + in_.version()};
  plan_.progress.sample_data = filling.empty()
                                   ? Part{true, "Filled", {}}
                                   : Part{false, "Filling", "Sample data is being filled in: " + filling};
}

void Planner::services() {
  for (auto service : all_services) {
    auto wanted = desired::deployment(in_, service);
    const auto& spec = in_.spec.services.at(service);
    auto& progress = plan_.progress.services[service];
    progress.state = state_of(wanted);
    if (!progress.state.exists) progress.state.desired = spec.least();
    bool may = migrated_[service] && !blocked(service);
    bool same_image = progress.state.image == in_.image(to_string(service));
    progress.up_to_date = may && same_image && progress.state.converged &&
                          (spec.autoscaling || progress.state.desired == spec.replicas);
    if (progress.state.stuck)
      plan_.progress.problems.push_back({"RolloutStuck", "Deployment " + in_.names.service(service) +
                                                             " has made no progress within its deadline"});
    if (spec.autoscaling) {
      auto autoscaler = desired::autoscaler(in_, service);
      // Once there is an autoscaler, that has been done: see Executor::run.
      if (progress.state.exists && !observed_.find(autoscaler.type, kube::name(autoscaler.object)))
        plan_.hand_over.push_back({kube::key(wanted.object), spec.least()});
      want(std::move(autoscaler));
    }
    if (spec.least() > 1) want(desired::disruption_budget(in_, service));
    // What is there goes on running as it is until its database is ready for the new version.
    if (may)
      want(std::move(wanted));
    else
      keep(wanted);
  }
}

void Planner::gateway() {
  auto wanted = desired::ingress(in_);
  const auto* live = observed_.find(wanted.type, in_.names.shop);
  auto& part = plan_.progress.gateway;
  if (const auto* missing = missing_for("spec.gateway"))
    part = {false, "SecretMissing", missing->text()};
  else if (!live)
    part = {false, "Applying", "The Ingress is being made"};
  else
    part = {true, "IngressApplied", "Ingress " + in_.names.shop + " leads to the services"};
  auto host = in_.spec.gateway.host.empty() ? address_of(live) : in_.spec.gateway.host;
  if (!host.empty()) plan_.progress.endpoint = (in_.spec.gateway.tls() ? "https://" : "http://") + host;
  want(std::move(wanted));
}

void Planner::network_policies() {
  if (!in_.spec.network_policy) return;
  for (const auto& server : database_servers(in_))
    want(desired::network_policy(in_, server.component, {postgres_port}, {}));
  if (in_.spec.messaging) want(desired::network_policy(in_, "rabbitmq", {amqp_port}, {broker_metrics_port}));
}

void Planner::monitoring() {
  if (in_.pod_monitors && in_.spec.pod_monitor) want(desired::pod_monitor(in_));
}

void Planner::prune() {
  // Never StatefulSets and volumes: data is not removed because somebody's view of the cluster was wrong.
  static const std::vector<kube::ResourceType> types{kube::types::secret,
                                                     kube::types::config_map,
                                                     kube::types::service,
                                                     kube::types::deployment,
                                                     kube::types::job,
                                                     kube::types::ingress,
                                                     kube::types::service_account,
                                                     kube::types::network_policy,
                                                     kube::types::pod_disruption_budget,
                                                     kube::types::horizontal_pod_autoscaler,
                                                     pod_monitor_type};
  const auto owner = kube::text_at(in_.owner, "/uid");
  for (const auto& entry : observed_.all()) {
    const auto& kind = entry.first.first;
    const auto& object = entry.second;
    if (kept_.contains(entry.first) || kube::deleting(*object)) continue;
    auto controller = kube::controller_of(*object);
    if (!controller || controller->uid != owner) continue;
    auto type = std::find_if(types.begin(), types.end(), [&](const auto& each) { return each.kind == kind; });
    if (type != types.end()) plan_.remove.push_back({*type, kube::key(*object), kube::uid(*object)});
  }
}

void Planner::problems() {
  auto& problems = plan_.progress.problems;
  std::vector<Problem> first;
  for (const auto& missing : missing_) first.push_back({"SecretMissing", missing.text()});
  if (!missing_.empty()) look_again_in(std::chrono::seconds(5));
  problems.insert(problems.begin(), first.begin(), first.end());
  for (const auto& [key, object] : observed_.all()) {
    if (key.first != "Pod") continue;
    auto trouble = pod_trouble(*object);
    if (!trouble.empty()) problems.push_back({"PodFailing", "Pod " + key.second + ": " + trouble});
  }
}

bool Progress::complete() const {
  return database.done && messaging.done && migrations.done && sample_data.done && gateway.done &&
         problems.empty() && std::all_of(services.begin(), services.end(), [](const auto& each) {
           return each.second.up_to_date;
         });
}

std::string MissingSecret::text() const {
  auto where = reference.field + " names Secret " + reference.name;
  return lacks.empty() ? where + ", which does not exist" : where + ", which has no key " + lacks;
}

Plan make_plan(const Inputs& in, const Observed& observed, const std::vector<MissingSecret>& missing,
               std::chrono::system_clock::time_point now) {
  return Planner(in, observed, missing, now).run();
}

}  // namespace shop
