#include "operator/shop/apply/execute.hpp"

#include "operator/shop/inputs/secrets.hpp"
#include "operator/shop/spec/names.hpp"

#include <algorithm>

namespace shop {
namespace {

void remember(Observed& observed, kube::Object object) {
  kube::strip(object);
  observed.add(std::make_shared<const kube::Object>(std::move(object)));
}

std::string label(const desired::Wanted& wanted) {
  return wanted.type.kind + " " + kube::name(wanted.object);
}

}  // namespace

void Executor::note(const std::string& what) {
  ++outcome_.writes;
  outcome_.done.push_back(what);
}

template <typename Act>
void Executor::attempt(const std::string& what, const Act& act) {
  try {
    act();
  } catch (const kube::ApiError& error) {
    if (error.no_answer() || error.namespace_terminating()) throw;
    if (!error.transient()) outcome_.problems.push_back({"Refused", what + ": " + error.what()});
    if (!outcome_.error) outcome_.error = std::current_exception();
  } catch (const NameTaken& taken) {
    outcome_.problems.push_back({"NameTaken", taken.what()});
    if (!outcome_.error) outcome_.error = std::current_exception();
  }
}

Outcome Executor::run(const Plan& plan, Observed& observed) {
  outcome_ = {};
  held_.clear();
  for (const auto& each : plan.hand_over) {
    held_.insert(each.deployment.name);
    attempt("replicas of Deployment " + each.deployment.name, [&] { hand_over(each); });
  }
  for (const auto& each : plan.apply) {
    // An autoscaler is the sign that the replicas have been handed over: not before they are.
    if (held_.contains(kube::name(each.object)) &&
        (each.type.kind == kube::types::deployment.kind ||
         each.type.kind == kube::types::horizontal_pod_autoscaler.kind))
      continue;
    attempt(label(each), [&] { apply(each, observed); });
  }
  for (const auto& each : plan.grow) attempt("volume " + each.claim.name, [&] { grow(each, observed); });
  for (const auto& each : plan.jobs) attempt(label(each), [&] { create_job(each, observed); });
  for (const auto& each : plan.retries) attempt(label(each.again), [&] { retry(each, observed); });
  for (const auto& each : plan.remove)
    attempt(each.type.kind + " " + each.key.name, [&] { remove(each, observed); });
  return std::move(outcome_);
}

void Executor::hand_over(const Handover& handover) {
  // As it is now, not as the cache has it: the number is applied.
  auto live = api_.get(kube::types::deployment, handover.deployment);
  if (live) check_ours(*live, owner_uid_);
  if (live && !kube::deleting(*live)) {
    auto owned = kube::types::deployment.object(handover.deployment);
    // Not fewer than the autoscaler would make of it; and of no pods it would make none.
    owned["spec"]["replicas"] = std::max(workload_state(&*live).desired, handover.least);
    api_.apply(kube::types::deployment, owned, {.manager = replicas_manager});
    note("replicas of Deployment " + handover.deployment.name + " are its autoscaler's");
  }
  held_.erase(handover.deployment.name);
}

void Executor::apply(const desired::Wanted& wanted, Observed& observed) {
  const auto* live = observed.find(wanted.type, kube::name(wanted.object));
  std::optional<kube::Object> fresh;
  if (!live) {
    // The cache may lag behind, or hold only what carries our label.
    fresh = api_.get(wanted.type, kube::key(wanted.object));
    if (fresh) live = &*fresh;
  }
  if (live) check_ours(*live, owner_uid_);
  if (live && kube::deleting(*live)) return;  // its end will wake us
  auto applied = applier_.apply(wanted.type, wanted.object, live);
  if (applied.action == kube::Applied::Action::Created) note("created " + label(wanted));
  if (applied.action == kube::Applied::Action::Changed) {
    std::string why;
    for (const auto& each : applied.drift) why += (why.empty() ? ": " : ", ") + each.path;
    note("changed " + label(wanted) + why);
  }
  if (applied.action != kube::Applied::Action::Unchanged || fresh)
    remember(observed, std::move(applied.object));
}

void Executor::create_job(const desired::Wanted& wanted, Observed& observed) {
  try {
    remember(observed, api_.create(wanted.type, wanted.object));
    note("created " + label(wanted));
  } catch (const kube::ApiError& error) {
    if (!error.already_exists()) throw;
    auto live = api_.get(wanted.type, kube::key(wanted.object));
    if (!live) throw;
    check_ours(*live, owner_uid_);
    remember(observed, std::move(*live));
  }
}

void Executor::retry(const Retry& retry, Observed& observed) {
  remove(retry.failed, observed);
  create_job(retry.again, observed);
}

void Executor::grow(const Growth& growth, Observed& observed) {
  kube::Object patch = {{"spec", {{"resources", {{"requests", {{"storage", growth.size}}}}}}}};
  remember(observed,
           api_.merge_patch(kube::types::persistent_volume_claim, growth.claim, patch, {manager, false, {}}));
  note("volume " + growth.claim.name + " is to grow to " + growth.size);
}

void Executor::remove(const Removal& removal, Observed& observed) {
  kube::DeleteOptions options;
  options.uid = removal.uid;
  if (api_.remove(removal.type, removal.key, options))
    note("removed " + removal.type.kind + " " + removal.key.name);
  observed.remove(removal.type.kind, removal.key.name);
  applier_.forget(removal.uid);
}

}  // namespace shop
