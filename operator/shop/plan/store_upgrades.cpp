// The StatefulSets of PostgreSQL and RabbitMQ: one restart at a time, announced, none for a new version of
// the shop.
#include "operator/shop/desired/store_image.hpp"
#include "operator/shop/plan/steps.hpp"
#include "services/kit/version.hpp"

#include <algorithm>

namespace shop {
namespace {

using Phase = StoreStep::Phase;

/// A store as it is to be and as it is.
struct Store {
  std::string product;  ///< for people
  DesiredObject desired;
  const kube::Object* live;
  WorkloadState state;
  StepResult result;

  std::string name() const { return kube::name(desired.object); }
  std::string version() const { return kube::annotation(desired.object, store_version_annotation); }
  bool up() const { return state.usable && state.converged; }
};

/// The version of a live store; the image of one that an older operator made.
std::string version_of(const kube::Object& live) {
  const auto version = kube::annotation(live, store_version_annotation);
  return version.empty() ? workload_state(&live).image : version;
}

/// Remembers the version before for the condition during the upgrade, until the next change.
void add_upgraded_from(DesiredObject& desired, const kube::Object& live) {
  const auto before = version_of(live);
  const bool upgrade = before != kube::annotation(desired.object, store_version_annotation);
  const auto from = upgrade ? before : kube::annotation(live, upgraded_from_annotation);
  if (from.empty()) return;
  auto upgraded = desired;
  upgraded.object["metadata"]["annotations"][upgraded_from_annotation] = from;
  if (upgrade || applied(&live, upgraded)) desired = std::move(upgraded);
}

Store store(const PlanInputs& at, const std::string& product, DesiredObject desired, const Volume& volume) {
  StepResult result;
  desired = plan_volume(at, std::move(desired), volume, result.changes);
  const auto* live = at.observed.find(desired.type, kube::name(desired.object));
  if (live) add_upgraded_from(desired, *live);
  return {product, std::move(desired), live, workload_state(live), std::move(result)};
}

/// In the order in which they are changed.
std::vector<Store> all_stores(const PlanInputs& at) {
  std::vector<Store> stores;
  if (at.in.spec.database)
    for (const auto& server : database_servers(at.in))
      stores.push_back(
          store(at, "PostgreSQL", desired::postgres(at.in, server), at.in.spec.database->volume));
  if (at.in.spec.messaging)
    stores.push_back(store(at, "RabbitMQ", desired::rabbitmq(at.in), at.in.spec.messaging->volume));
  return stores;
}

/// "PostgreSQL shop-postgres 15-1 -> 15-2"
std::string change_text(const Store& store, const std::string& from) {
  const auto what = store.product + " " + store.name();
  if (from.empty() || from == store.version()) return what + " restarts with changed settings";
  return what + " " + from + " -> " + store.version();
}

/// What a change of a running store has to wait for; "" when for nothing.
std::string obstacle(const PlanInputs& at, const std::vector<Store>& stores, const Store& changing,
                     bool rollout_pending) {
  for (const auto& other : stores)
    if (&other != &changing && other.live && !other.up()) return other.product + " " + other.name();
  if (rollout_pending) return "the rollout of the services";
  for (auto service : all_services)
    if (workload_state(at.observed.find(kube::types::deployment, at.in.names.service(service))).rolling)
      return "the rollout of Deployment " + at.in.names.service(service);
  return {};
}

void change(Store& store, StoreStep& step) {
  const auto from = version_of(*store.live);
  step.phase = Phase::Restarting;
  step.upgrade = from != store.version();
  step.message = change_text(store, from);
  const bool database = store.product == "PostgreSQL";
  const std::string verb = step.upgrade ? "Upgrading" : "Restarting";
  store.result.announcements.push_back({verb + (database ? "Database" : "Messaging"), step.message});
  store.result.apply(store.desired);
}

StoreStep plan_store(const PlanInputs& at, const std::vector<Store>& stores, Store& store, bool& changed,
                     bool rollout_pending) {
  StoreStep step;
  const bool current = applied(store.live, store.desired);
  if (!store.live || current) {
    // The apply of what has been applied already reverts manual changes.
    store.result.apply(store.desired);
    const auto from = kube::annotation(store.desired.object, upgraded_from_annotation);
    step.phase = store.live && store.up() ? Phase::Up : Phase::Starting;
    // Not the first start, of generation 1.
    if (store.live && store.state.rolling && kube::generation(*store.live) > 1) {
      step.phase = Phase::Restarting;
      step.upgrade = !from.empty();
      step.message = change_text(store, from);
    }
  } else {
    // One that is down is changed at once: nothing is interrupted, and the change may repair it.
    const auto obstacle_text = !store.state.usable ? ""
                               : changed           ? "another store"
                                                   : obstacle(at, stores, store, rollout_pending);
    if (obstacle_text.empty()) {
      change(store, step);
      changed = true;
    } else {
      step.phase = Phase::Waiting;
      step.message = change_text(store, version_of(*store.live)) + " waits for " + obstacle_text;
      store.result.keep(store.desired);
    }
  }
  step.result = std::move(store.result);
  return step;
}

/// The live StatefulSet of the first of these that exists; null when none does.
const kube::Object* first_live(const Observed& observed, const std::vector<std::string>& names) {
  for (const auto& name : names)
    if (const auto* live = observed.find(kube::types::stateful_set, name)) return live;
  return nullptr;
}

/// The files of another major version of PostgreSQL cannot be read.
bool possible_postgres(const std::vector<int>& from, const std::vector<int>& to) {
  return from.empty() || to.empty() || from[0] == to[0];
}

/// RabbitMQ does not start on the files of a later major or minor version.
bool possible_rabbitmq(std::vector<int> from, std::vector<int> to) {
  if (from.empty() || to.empty()) return true;
  from.resize(2);
  to.resize(2);
  return to >= from;
}

}  // namespace

StoreSteps plan_stores(const PlanInputs& at, bool rollout_pending) {
  StoreSteps steps;
  auto stores = all_stores(at);
  bool changed = false;
  for (auto& store : stores) steps[store.name()] = plan_store(at, stores, store, changed, rollout_pending);
  return steps;
}

Inputs with_running_postgres(Inputs in, const kube::Object& stateful_set) {
  auto& database = in.spec.database.value();
  database.image = workload_state(&stateful_set).image;
  database.version = kube::annotation(stateful_set, store_version_annotation);
  return in;
}

bool settled(const StoreSteps& stores) {
  return std::none_of(stores.begin(), stores.end(), [](const auto& each) {
    return each.second.phase == Phase::Starting || each.second.phase == Phase::Restarting;
  });
}

Inputs with_possible_versions(const Inputs& in, const Observed& observed, std::vector<Problem>& problems) {
  Inputs result = in;
  const auto refuse = [&](const kube::Object& live, const std::string& to, const std::string& why) {
    problems.push_back({"UpgradeRefused", kube::name(live) + " stays at " + version_of(live) +
                                              " and is not changed to " + to + ": " + why});
  };
  if (in.spec.database) {
    std::vector<std::string> names;
    for (const auto& server : database_servers(in)) names.push_back(server.name);
    const auto* live = first_live(observed, names);
    const auto to = postgres_store(in).version;
    const auto from = live ? kube::annotation(*live, store_version_annotation) : "";
    if (!possible_postgres(kit::version_numbers(from), kit::version_numbers(to))) {
      refuse(*live, to,
             "a server cannot read the files of another major version; set spec.database.managed.version to "
             "one of "
             "PostgreSQL " +
                 std::to_string(kit::version_numbers(from)[0]) + ", or move the data to a new Shop");
      result = with_running_postgres(std::move(result), *live);
    }
  }
  if (auto& messaging = result.spec.messaging) {
    const auto* live = first_live(observed, {in.names.rabbitmq()});
    const auto to = rabbitmq_store(in).version;
    const auto from = live ? kube::annotation(*live, store_version_annotation) : "";
    if (!possible_rabbitmq(kit::version_numbers(from), kit::version_numbers(to))) {
      refuse(*live, to,
             "RabbitMQ cannot read the files of a later version; set spec.messaging.managed.version to " +
                 from + " or later");
      messaging->image = workload_state(live).image;
      messaging->version = from;
    }
  }
  return result;
}

}  // namespace shop
