#include "operator/shop/reconcile/reconcile.hpp"

#include "operator/shop/apply/credentials.hpp"
#include "operator/shop/apply/execute.hpp"
#include "operator/shop/observed/ownership.hpp"
#include "operator/shop/spec/types.hpp"
#include "operator/shop/status/history.hpp"
#include "operator/shop/status/status.hpp"
#include "services/kit/log/log.hpp"

#include <charconv>

namespace shop {
namespace {

constexpr const char* rotation_annotation = "shopkeeper.dev/rotate-keys";

std::uint64_t number(const std::string& resource_version) {
  std::uint64_t value = 0;
  std::from_chars(resource_version.data(), resource_version.data() + resource_version.size(), value);
  return value;
}

std::int64_t unix_seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::optional<std::chrono::milliseconds> earlier(std::optional<std::chrono::milliseconds> one,
                                                 std::optional<std::chrono::milliseconds> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

}  // namespace

Reconciler::Reconciler(kube::Api& api, View view, Settings settings, RecordEvent record_event,
                       const kube::Clocks& clocks, ClaimOptions claim)
    : api_(api),
      view_(std::move(view)),
      settings_(std::move(settings)),
      record_event_(std::move(record_event)),
      now_(clocks.wall),
      applier_(api, {manager, applied_annotation}),
      sources_(api, clocks, view_.secrets, view_.pod_monitors),
      claims_(std::move(claim), clocks) {}

kube::Result Reconciler::operator()(const kube::Key& key, const std::stop_token&) {
  auto cached = view_.shop(key);
  if (!cached || kube::deleting(*cached)) {
    // Every object has an owner reference, so Kubernetes deletes it.
    if (view_.secrets) view_.secrets(key, {});
    applier_.forget_controlled_by(key);
    std::lock_guard guard(lock_);
    written_.erase(key);
    claims_.forget(key);
    return {};
  }
  auto shop = newest(*cached);
  const auto claim = claims_.decide(shop);
  if (claim.status) {
    // Refused when the Shop has changed meanwhile, so that of two operators one gets it.
    Json patch = {{"status", *claim.status}};
    if (const auto version = kube::resource_version(shop); !version.empty())
      patch["metadata"]["resourceVersion"] = version;
    auto status = write_status(shop, patch);
    if (!status) return {};
    shop["status"] = std::move(*status);
  }
  if (!claim.ours) return {claim.requeue};
  const auto pass = examine(shop);
  if (pass.status) report(shop, pass);
  if (pass.error) std::rethrow_exception(pass.error);
  return {earlier(pass.result.requeue_after, claim.requeue)};
}

Reconciler::Pass Reconciler::examine(const kube::Object& shop) {
  const auto failed = [&](const char* reason, const std::exception& error) {
    return failed_status(shop, reason, error.what(), now_());
  };
  try {
    const auto context = shop_context(shop, settings_);
    return context.spec.paused ? look_at_paused(shop, context) : reconcile(shop, context);
  } catch (const InvalidSpec& error) {
    return {failed("InvalidSpec", error), {}, {}, {}};  // a retry would be refused again
  } catch (const NameTaken& error) {
    return {failed("NameTaken", error), {}, std::current_exception(), {}};
  } catch (const std::invalid_argument& error) {
    return {failed("BadSecret", error), {}, std::current_exception(), {}};
  } catch (const kube::ApiError& error) {
    if (error.namespace_terminating()) return {};
    if (error.transient()) return {std::nullopt, {}, std::current_exception(), {}};
    return {failed("Refused", error), {}, std::current_exception(), {}};
  }
}

Reconciler::Pass Reconciler::reconcile(const kube::Object& shop, const ShopContext& context) {
  auto observed = view_.objects(shop);
  const auto rotation = ensure_credentials(context, observed, api_,
                                           kube::annotation(shop, rotation_annotation), unix_seconds(now_()));
  auto gathered = gather(context, std::move(observed), sources_);
  auto plan = make_plan(gathered.inputs, gathered.observed, now_());
  auto outcome = Executor(api_, applier_, kube::uid(shop)).run(plan.changes, gathered.observed);
  for (const auto& line : outcome.done)
    kit::log::info(line, {{"namespace", context.ns}, {"shop", context.names.shop}});
  for (const auto& each : plan.announcements)
    record_event_(shop, {each.warning ? kube::EventType::Warning : kube::EventType::Normal, each.reason,
                         "Reconcile", each.message});
  if (!rotation.promoted.empty())
    record_event_(shop, {kube::EventType::Normal, "KeysRotated", "Reconcile",
                         "Key " + rotation.promoted + " signs access tokens from now on"});
  // The status describes the cluster after the writes.
  if (outcome.writes > 0) plan = make_plan(gathered.inputs, gathered.observed, now_());
  auto& problems = plan.progress.problems;
  problems.insert(problems.end(), outcome.problems.begin(), outcome.problems.end());
  return {make_status(shop, context, plan.progress, now_()),
          {earlier(plan.requeue_after, rotation.next_step)},
          outcome.error,
          context.version()};
}

Reconciler::Pass Reconciler::look_at_paused(const kube::Object& shop, const ShopContext& context) {
  const auto gathered = gather(context, view_.objects(shop), sources_);
  if (!gathered.credentials_exist)
    return {failed_status(shop, "Paused", "spec.paused: nothing has been made of this Shop yet", now_()),
            {},
            {},
            {}};
  const auto plan = make_plan(gathered.inputs, gathered.observed, now_());
  return {make_status(shop, context, plan.progress, now_()), {}, {}, context.version()};
}

/// The Shop with the status as we last wrote it, while the cache is still older.
kube::Object Reconciler::newest(kube::Object shop) {
  std::lock_guard guard(lock_);
  auto it = written_.find(kube::key(shop));
  if (it != written_.end() && it->second.version > number(kube::resource_version(shop))) {
    shop["status"] = Json::parse(it->second.status);
    shop["metadata"]["resourceVersion"] = std::to_string(it->second.version);
    return shop;
  }
  if (it != written_.end()) written_.erase(it);
  if (!shop.contains("status") || !shop["status"].is_object()) shop["status"] = Json::object();
  return shop;
}

std::optional<Json> Reconciler::write_status(const kube::Object& shop, const Json& patch) {
  try {
    const auto changed = api_.merge_patch(shop_type, kube::key(shop), patch, {manager, "status"});
    auto status = changed.value("status", Json::object());
    std::lock_guard guard(lock_);
    written_[kube::key(shop)] = {number(kube::resource_version(changed)), status.dump()};
    return status;
  } catch (const kube::ApiError& error) {
    if (!error.invalid()) throw;
    // A Shop that was stored before its schema became stricter: no retry can write its status.
    record_event_(shop, {kube::EventType::Warning, "InvalidSpec", "Reconcile", error.what()});
    return std::nullopt;
  }
}

void Reconciler::report(const kube::Object& shop, const Pass& pass) {
  const auto& before = shop.at("status");
  if (before == *pass.status) return;
  auto status = *pass.status;
  status.erase("operator");  // written by claims only
  if (!write_status(shop, {{"status", status}})) return;
  for (auto& each : history(before, *pass.status, pass.version)) record_event_(shop, std::move(each));
}

}  // namespace shop
