#include "operator/shop/apply/execute.hpp"

#include "operator/shop/observed/ownership.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/types.hpp"

#include <algorithm>

namespace shop {
namespace {

void remember(Observed& observed, kube::Object object) {
  kube::strip(object);
  observed.add(std::make_shared<const kube::Object>(std::move(object)));
}

std::string label(const DesiredObject& desired) {
  return desired.type.kind + " " + kube::name(desired.object);
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
    if (error.no_response() || error.namespace_terminating()) throw;
    if (!error.transient()) outcome_.problems.push_back({"Refused", what + ": " + error.what()});
    if (!outcome_.error) outcome_.error = std::current_exception();
  } catch (const NameTaken& taken) {
    outcome_.problems.push_back({"NameTaken", taken.what()});
    if (!outcome_.error) outcome_.error = std::current_exception();
  }
}

Outcome Executor::run(const Changes& changes, Observed& observed) {
  outcome_ = {};
  untransferred_.clear();
  for (const auto& each : changes.claims) attempt(label(each), [&] { create_claim(each, observed); });
  for (const auto& each : changes.transfers) {
    untransferred_.insert(each.deployment.name);
    attempt("replicas of Deployment " + each.deployment.name, [&] { transfer_replicas(each); });
  }
  for (const auto& each : changes.apply) {
    // An existing autoscaler shows that the replicas have been transferred, so it must not exist before.
    if (untransferred_.contains(kube::name(each.object)) &&
        (each.type.kind == kube::types::deployment.kind ||
         each.type.kind == kube::types::horizontal_pod_autoscaler.kind))
      continue;
    attempt(label(each), [&] { apply(each, observed); });
  }
  for (const auto& each : changes.expansions)
    attempt("volume " + each.claim.name, [&] { expand(each, observed); });
  for (const auto& each : changes.jobs) attempt(label(each), [&] { create_job(each, observed); });
  for (const auto& each : changes.retries)
    attempt(label(each.job), [&] {
      remove(each.failed, observed);
      create_job(each.job, observed);
    });
  for (const auto& each : changes.deletions)
    attempt(each.type.kind + " " + each.key.name, [&] { remove(each, observed); });
  return std::move(outcome_);
}

void Executor::create_claim(const DesiredObject& desired, Observed& observed) {
  if (observed.find(desired.type, kube::name(desired.object))) return;
  try {
    remember(observed, api_.create(desired.type, desired.object));
    note("created " + label(desired));
  } catch (const kube::ApiError& error) {
    // One without our label, made before, is used as it is.
    if (!error.already_exists()) throw;
  }
}

void Executor::transfer_replicas(const OwnershipTransfer& transfer) {
  // From the API server, not the cache, because this number is applied.
  auto live = api_.get(kube::types::deployment, transfer.deployment);
  if (live) check_controlled_by(owner_uid_, *live);
  if (live && !kube::deleting(*live)) {
    auto owned = kube::types::deployment.object(transfer.deployment);
    owned["spec"]["replicas"] = transfer.replicas(*live);
    api_.apply(kube::types::deployment, owned, {.manager = replicas_manager});
    note("replicas of Deployment " + transfer.deployment.name + " are its autoscaler's");
  }
  untransferred_.erase(transfer.deployment.name);
}

bool Executor::create(const DesiredObject& desired, Observed& observed) {
  try {
    remember(observed, applier_.create(desired.type, desired.object).object);
  } catch (const kube::ApiError& error) {
    if (!error.conflict()) throw;
    return false;
  }
  note("created " + label(desired));
  return true;
}

void Executor::check_ours(const DesiredObject& desired, const kube::Object& live) const {
  // The only kind that may outlive its Shop, for a new Shop of the same name.
  if (desired.type != pg_cluster_type) return check_controlled_by(owner_uid_, live);
  const auto labels = kube::labels(desired.object);
  if (!kept_by({{managed_by_label, labels.at(managed_by_label)}, {instance_label, labels.at(instance_label)}},
               live))
    check_controlled_by(owner_uid_, live);
}

void Executor::apply(const DesiredObject& desired, Observed& observed) {
  const auto* live = observed.find(desired.type, kube::name(desired.object));
  std::optional<kube::Object> fresh;
  if (!live) {
    if (create(desired, observed)) return;
    // The cache lags behind, or the object is not ours and so has not our label.
    fresh = api_.get(desired.type, kube::key(desired.object));
    if (fresh) live = &*fresh;
  }
  if (live) check_ours(desired, *live);
  if (live && kube::deleting(*live)) return;  // the deletion triggers a reconcile
  auto applied = applier_.apply(desired.type, desired.object, live);
  if (applied.action == kube::Applied::Action::Created) note("created " + label(desired));
  if (applied.action == kube::Applied::Action::Changed) {
    std::string why;
    for (const auto& each : applied.drift) why += (why.empty() ? ": " : ", ") + each.path;
    note("changed " + label(desired) + why);
  }
  if (applied.action != kube::Applied::Action::Unchanged || fresh)
    remember(observed, std::move(applied.object));
}

void Executor::create_job(const DesiredObject& desired, Observed& observed) {
  try {
    remember(observed, api_.create(desired.type, desired.object));
    note("created " + label(desired));
  } catch (const kube::ApiError& error) {
    if (!error.already_exists()) throw;
    auto live = api_.get(desired.type, kube::key(desired.object));
    if (!live) throw;
    check_controlled_by(owner_uid_, *live);
    remember(observed, std::move(*live));
  }
}

void Executor::expand(const VolumeExpansion& expansion, Observed& observed) {
  kube::Object patch = {{"spec", {{"resources", {{"requests", {{"storage", expansion.size}}}}}}}};
  remember(observed, api_.merge_patch(kube::types::persistent_volume_claim, expansion.claim, patch,
                                      {.manager = manager}));
  note("volume " + expansion.claim.name + " is to grow to " + expansion.size);
}

void Executor::remove(const Deletion& deletion, Observed& observed) {
  if (api_.remove(deletion.type, deletion.key, deletion.uid))
    note("removed " + deletion.type.kind + " " + deletion.key.name);
  observed.remove(deletion.type.kind, deletion.key.name);
  applier_.forget(deletion.uid);
}

}  // namespace shop
