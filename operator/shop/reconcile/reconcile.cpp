#include "operator/shop/reconcile/reconcile.hpp"

#include "operator/shop/apply/execute.hpp"
#include "operator/shop/inputs/secrets.hpp"
#include "operator/shop/spec/types.hpp"
#include "operator/shop/status/status.hpp"
#include "services/kit/log/log.hpp"

#include <charconv>

namespace shop {
namespace {

std::uint64_t number(const std::string& resource_version) {
  std::uint64_t value = 0;
  std::from_chars(resource_version.data(), resource_version.data() + resource_version.size(), value);
  return value;
}

/// Conditions worth an Event, and whether it is good news.
bool tells(const Condition& each) { return each.type == "Ready" || each.type == "Degraded"; }

}  // namespace

struct Reconciler::Pass {
  kube::Object shop;
  Inputs in;
  Observed observed;
};

Inputs inputs_of(const kube::Object& shop, Spec spec, const Settings& settings) {
  Inputs in;
  in.names = {kube::name(shop)};
  in.space = kube::space(shop);
  in.owner = kube::owner_reference(shop);
  in.spec = std::move(spec);
  in.settings = settings;
  return in;
}

Reconciler::Reconciler(kube::Api& api, View view, Settings settings, Tell tell, Now now)
    : api_(api),
      view_(std::move(view)),
      settings_(std::move(settings)),
      tell_(std::move(tell)),
      now_(std::move(now)),
      applier_(api, {manager, applied_annotation}),
      issuer_(api),
      pod_monitors_(api) {}

kube::Result Reconciler::operator()(const kube::Key& key, const std::stop_token&) {
  auto cached = view_.shop(key);
  if (!cached || kube::deleting(*cached)) {
    // Everything has an owner: Kubernetes removes it.
    std::lock_guard guard(lock_);
    written_.erase(key);
    return {};
  }
  Pass pass;
  pass.shop = *cached;
  pass.shop["status"] = last_status(*cached);
  try {
    pass.in = inputs_of(pass.shop, parse_shop(pass.shop), settings_);
    pass.observed = view_.objects(pass.shop);
    return pass.in.spec.paused ? paused(pass) : work(pass);
  } catch (const InvalidSpec& error) {
    report(pass.shop, failed_status(pass.shop, "InvalidSpec", error.what(), now_()));
    return {};  // the same spec would be refused again
  } catch (const NameTaken& error) {
    report(pass.shop, failed_status(pass.shop, "NameTaken", error.what(), now_()));
    throw;
  } catch (const std::invalid_argument& error) {
    report(pass.shop, failed_status(pass.shop, "BadSecret", error.what(), now_()));
    throw;
  } catch (const kube::ApiError& error) {
    if (error.namespace_terminating()) return {};
    if (!error.transient()) report(pass.shop, failed_status(pass.shop, "Refused", error.what(), now_()));
    throw;
  }
}

kube::Result Reconciler::paused(Pass& pass) {
  if (!read_generated(pass.in, pass.observed)) {
    report(pass.shop,
           failed_status(pass.shop, "Paused", "spec.paused: nothing has been made of this Shop yet", now_()));
    return {};
  }
  pass.in.issuer = issuer_.get();
  auto missing = check_secrets(pass.in, api_);
  auto plan = make_plan(pass.in, pass.observed, missing, now_());
  report(pass.shop, make_status(pass.shop, pass.in, plan.progress, now_()));
  return {};
}

kube::Result Reconciler::work(Pass& pass) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  ensure_generated(pass.in, pass.observed, api_, now);
  rotate_signing_keys(pass.in, pass.observed, api_,
                      kube::text_at(pass.shop, "/metadata/annotations/shopkeeper.dev~1rotate-keys"), now);
  pass.in.issuer = issuer_.get();
  pod_monitors_.look(pass.in, pass.observed);
  auto missing = check_secrets(pass.in, api_);
  auto plan = make_plan(pass.in, pass.observed, missing, now_());
  auto outcome = Executor(api_, applier_, kube::uid(pass.shop)).run(plan, pass.observed);
  for (const auto& line : outcome.done)
    kit::log::info(line, {{"namespace", pass.in.space}, {"shop", pass.in.names.shop}});
  // What was written is not done yet: the status is of what the cluster says now.
  if (outcome.writes > 0) plan = make_plan(pass.in, pass.observed, missing, now_());
  auto& problems = plan.progress.problems;
  problems.insert(problems.end(), outcome.problems.begin(), outcome.problems.end());
  report(pass.shop, make_status(pass.shop, pass.in, plan.progress, now_()));
  if (outcome.error) std::rethrow_exception(outcome.error);
  return {plan.look_again};
}

/// The status as we last wrote it, where the cache has not seen that yet.
Json Reconciler::last_status(const kube::Object& shop) {
  {
    std::lock_guard guard(lock_);
    auto it = written_.find(kube::key(shop));
    if (it != written_.end()) {
      if (it->second.version > number(kube::resource_version(shop))) return it->second.status;
      written_.erase(it);
    }
  }
  auto it = shop.find("status");
  return it != shop.end() && it->is_object() ? *it : Json::object();
}

void Reconciler::report(const kube::Object& shop, const Json& status) {
  const auto& before = shop.at("status");
  if (before == status) return;
  auto changed =
      api_.merge_patch(shop_type, kube::key(shop), {{"status", status}}, {manager, false, "status"});
  {
    std::lock_guard guard(lock_);
    written_[kube::key(shop)] = {number(kube::resource_version(changed)), changed.value("status", status)};
  }
  for (const auto& each : transitions(before, status)) {
    if (!tells(each)) continue;
    const bool bad = each.type == "Degraded" && each.status;
    // Being degraded is told by that condition; of the other, that all is well.
    if (!bad && !(each.type == "Ready" && each.status)) continue;
    tell_(shop,
          {bad ? kube::EventType::Warning : kube::EventType::Normal, each.reason, "Reconcile", each.message});
  }
}

}  // namespace shop
