#include "operator/shop/plan/plan.hpp"

#include "operator/shop/plan/rollout.hpp"
#include "operator/shop/plan/steps.hpp"

#include <algorithm>
#include <iterator>

namespace shop {
namespace {

template <typename List>
void append(List& list, List more) {
  std::move(more.begin(), more.end(), std::back_inserter(list));
}

}  // namespace

bool Progress::serving() const {
  return gateway.done && std::all_of(services.begin(), services.end(),
                                     [](const auto& each) { return each.second.state.usable; });
}

bool Progress::installed() const {
  return database.done && messaging.done && migrations.done && sample_data.done;
}

bool Progress::services_up_to_date() const {
  return std::all_of(services.begin(), services.end(),
                     [](const auto& each) { return each.second.up_to_date; });
}

bool PlanInputs::blocked(Service service) const {
  return std::any_of(in.missing_secrets.begin(), in.missing_secrets.end(), [&](const MissingSecret& each) {
    const auto& users = each.reference.needed_by;
    return std::find(users.begin(), users.end(), service) != users.end();
  });
}

const MissingSecret* PlanInputs::missing_for(const std::string& field_prefix) const {
  for (const auto& each : in.missing_secrets)
    if (each.reference.field.starts_with(field_prefix)) return &each;
  return nullptr;
}

void StepResult::requeue_in(std::chrono::milliseconds time) {
  requeue_after = std::min(requeue_after.value_or(time), time);
}

void StepResult::add(StepResult other) {
  append(changes.claims, std::move(other.changes.claims));
  append(changes.transfers, std::move(other.changes.transfers));
  append(changes.apply, std::move(other.changes.apply));
  append(changes.expansions, std::move(other.changes.expansions));
  append(changes.jobs, std::move(other.changes.jobs));
  append(changes.retries, std::move(other.changes.retries));
  append(changes.deletions, std::move(other.changes.deletions));
  append(problems, std::move(other.problems));
  append(announcements, std::move(other.announcements));
  kept.merge(other.kept);
  if (other.requeue_after) requeue_in(*other.requeue_after);
}

Plan make_plan(const Inputs& in, const Observed& observed, std::chrono::system_clock::time_point now) {
  StepResult all;
  auto rollout = plan_rollout(in, observed, now);
  const auto stores_in = with_possible_versions(rollout.stores, observed, all.problems);
  const PlanInputs at{in, observed, now};
  const PlanInputs stores_at{stores_in, observed, now};
  const PlanInputs services_at{rollout.services, observed, now};
  auto stores = plan_stores(stores_at, rollout.upgrading());
  auto database = plan_database(stores_at, stores);
  auto backups = plan_backups(stores_at, database.servers_up);
  auto messaging = plan_messaging(stores_at, stores);
  auto migrations = plan_migrations(services_at, database.ready);
  auto sample_data = plan_sample_data(services_at, database.ready, migrations.ready);
  auto gateway = plan_gateway(at);

  all.add(std::move(rollout.result));
  all.add(plan_missing_secrets(at));
  all.add(plan_foundations(at));
  all.add(std::move(database.result));
  all.add(std::move(backups.result));
  all.add(std::move(messaging.result));
  all.add(std::move(migrations.result));
  all.add(std::move(sample_data.result));
  all.add(plan_former_jobs(rollout));
  all.add(plan_services(services_at, migrations.ready, settled(stores)));
  all.add(std::move(gateway.result));
  all.add(plan_earlier_configs(services_at));
  all.add(plan_network_policies(at));
  all.add(plan_monitoring(at));
  all.add(plan_deletions(at, all));
  all.add(plan_failures(at));

  Progress progress{
      database.status,    messaging.status,        migrations.status,
      sample_data.status, gateway.status,          service_progress(services_at, migrations.ready),
      endpoint_url(at),   std::move(all.problems), std::move(backups.state)};
  const bool rolled_out = migrations.status.done && progress.services_up_to_date();
  progress.rollout = rolled_out ? completed(rollout) : rollout.record;
  // The next steps follow what is recorded then; a write of the status triggers no reconcile.
  if (progress.rollout != in.rollout) all.requeue_in(std::chrono::milliseconds(10));
  return {std::move(all.changes), std::move(progress), std::move(all.announcements), all.requeue_after};
}

}  // namespace shop
