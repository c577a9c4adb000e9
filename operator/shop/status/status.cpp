#include "operator/shop/status/status.hpp"

#include "operator/kube/object/text.hpp"
#include "operator/shop/desired/config_keys.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>

namespace shop {
namespace {

// Bounded, because it contains messages of other programs.
constexpr std::size_t longest_message = 2000;

const Json& conditions_of(const Json& status) {
  static const Json none = Json::array();
  if (!status.is_object()) return none;
  auto it = status.find("conditions");
  return it != status.end() && it->is_array() ? *it : none;
}

const Json* find(const Json& status, const std::string& type) {
  for (const auto& each : conditions_of(status))
    if (kube::text_at(each, "/type") == type) return &each;
  return nullptr;
}

Json live_status(const Json& shop) {
  auto it = shop.find("status");
  return it != shop.end() && it->is_object() ? *it : Json::object();
}

/// Adds the conditions to `status` in their order; existing ones keep their place.
void set(Json& status, const std::vector<Condition>& conditions, std::int64_t generation,
         std::chrono::system_clock::time_point now) {
  Json list = conditions_of(status);
  for (const auto& each : conditions) {
    const std::string value = each.status ? "True" : "False";
    const Json* before = find(status, each.type);
    bool same = before && kube::text_at(*before, "/status") == value;
    auto since =
        same ? kube::text_at(*before, "/lastTransitionTime") : kit::rfc3339(now, kit::Fraction::None);
    const auto message = kube::cut(each.message, longest_message);
    Json entry = {{"type", each.type},           {"status", value},
                  {"reason", each.reason},       {"message", message},
                  {"lastTransitionTime", since}, {"observedGeneration", generation}};
    auto place = std::find_if(list.begin(), list.end(),
                              [&](const Json& other) { return kube::text_at(other, "/type") == each.type; });
    if (place == list.end())
      list.push_back(std::move(entry));
    else
      *place = std::move(entry);
  }
  status["conditions"] = std::move(list);
}

/// Of what the spec no longer has.
void remove(Json& status, const std::string& type) {
  if (!find(status, type)) return;
  auto& list = status["conditions"];
  list.erase(std::find_if(list.begin(), list.end(),
                          [&](const Json& each) { return kube::text_at(each, "/type") == type; }));
}

std::string joined(const std::vector<Problem>& problems) {
  std::string text;
  for (const auto& each : problems) text += (text.empty() ? "" : "; ") + each.message;
  return text;
}

Condition from(const char* type, const ComponentStatus& component) {
  return {type, component.done, component.reason, component.message};
}

/// The names of the services for which `missing` holds.
template <typename Predicate>
std::string names_of(const Progress& progress, const Predicate& missing) {
  std::string names;
  for (const auto& [service, each] : progress.services)
    if (missing(each)) names += (names.empty() ? "" : ", ") + to_string(service);
  return names;
}

/// The first component that is not done; null when all are.
const ComponentStatus* unfinished(const Progress& progress) {
  for (const auto* component :
       {&progress.database, &progress.messaging, &progress.migrations, &progress.sample_data})
    if (!component->done) return component;
  return nullptr;
}

/// `complete_before`: some version of the Shop has been complete, so that what is under way does not keep its
/// pods from answering.
Condition ready(const ShopContext& in, const Progress& progress, bool complete_before) {
  if (progress.serving() && (complete_before || progress.installed()))
    return {"Ready", true, "Ready", "Requests through the gateway are answered, by version " + in.version()};
  if (!progress.problems.empty())
    return {"Ready", false, progress.problems.front().reason, joined(progress.problems)};
  if (const auto* component = unfinished(progress); component && !complete_before)
    return {"Ready", false, component->reason, component->message};
  const auto down = names_of(progress, [](const auto& each) { return !each.state.usable; });
  if (!down.empty()) return {"Ready", false, "NoReadyPods", "These services have no ready pod: " + down};
  return {"Ready", false, progress.gateway.reason, progress.gateway.message};
}

Condition progressing(const ShopContext& in, const Progress& progress) {
  if (in.spec.paused)
    return {"Progressing", false, "Paused", "spec.paused: the operator changes nothing of this Shop"};
  if (const auto& refused = progress.rollout.refused; refused && progress.services_up_to_date())
    return {"Progressing", false, refused->reason, refused->message};
  if (progress.settled()) return {"Progressing", false, "Complete", "There is nothing to do"};
  if (const auto* component = unfinished(progress))
    return {"Progressing", true, "Reconciling", component->message};
  if (!progress.services_up_to_date())
    return {"Progressing", true, "RollingOut",
            "Version " + in.version() + " is being rolled out: " + names_of(progress, [](const auto& each) {
              return !each.up_to_date;
            })};
  return {"Progressing", true, "Reconciling", progress.gateway.message};
}

Condition degraded(const Progress& progress) {
  if (progress.problems.empty()) return {"Degraded", false, "AsExpected", "Nothing stands in the way"};
  return {"Degraded", true, progress.problems.front().reason, joined(progress.problems)};
}

std::vector<Condition> conditions(const ShopContext& in, const Progress& progress, bool complete_before) {
  std::vector<Condition> result{ready(in, progress, complete_before),
                                progressing(in, progress),
                                degraded(progress),
                                from("DatabaseReady", progress.database),
                                from("MessagingReady", progress.messaging),
                                from("MigrationsDone", progress.migrations),
                                from("GatewayReady", progress.gateway)};
  if (progress.backups) result.push_back(from("BackupHealthy", progress.backups->condition));
  if (const auto& refused = progress.rollout.refused)
    result.push_back({"RolledBack", true, refused->reason, refused->message});
  else
    result.push_back(
        {"RolledBack", false, "NotRolledBack", "No rollout has failed since the spec last changed"});
  const auto support = version_support(in.version(), SHOPKEEPER_VERSION);
  result.push_back({"VersionSupported", support.supported, support.reason, support.message});
  return result;
}

}  // namespace

Json make_status(const Json& shop, const ShopContext& in, const Progress& progress,
                 std::chrono::system_clock::time_point now) {
  Json status = live_status(shop);
  const auto generation = kube::generation(shop);
  status["observedGeneration"] = generation;
  write_rollout(status, progress.rollout);
  status["endpoint"] = progress.endpoint;
  for (const auto& [service, each] : progress.services)
    status["services"][to_string(service)] = {
        {"desired", each.state.desired}, {"ready", each.state.ready}, {"image", each.state.image}};
  if (progress.backups) {
    status["backups"] = progress.backups->servers;
    if (!progress.backups->last.is_null()) status["lastBackup"] = progress.backups->last;
    if (!progress.backups->verified.is_null()) status["lastVerifiedBackup"] = progress.backups->verified;
  } else {
    remove(status, "BackupHealthy");
  }
  // The first time sample data belongs to what is complete.
  const bool complete_before =
      kube::has_condition(shop, "Ready") || (status.contains("version") && progress.sample_data.done);
  set(status, conditions(in, progress, complete_before), generation, now);
  return status;
}

Json with_condition(const Json& shop, const Condition& condition, std::chrono::system_clock::time_point now) {
  Json status = live_status(shop);
  set(status, {condition}, kube::generation(shop), now);
  return status;
}

Json failed_status(const Json& shop, const std::string& reason, const std::string& message,
                   std::chrono::system_clock::time_point now) {
  Json status = live_status(shop);
  const auto generation = kube::generation(shop);
  status["observedGeneration"] = generation;
  set(status,
      {{"Ready", false, reason, message},
       {"Progressing", false, reason, message},
       {"Degraded", true, reason, message}},
      generation, now);
  return status;
}

std::vector<Condition> transitions(const Json& before, const Json& after) {
  std::vector<Condition> result;
  for (const auto& each : conditions_of(after)) {
    auto type = kube::text_at(each, "/type");
    const Json* old = find(before, type);
    auto status = kube::text_at(each, "/status");
    auto reason = kube::text_at(each, "/reason");
    if (old && kube::text_at(*old, "/status") == status && kube::text_at(*old, "/reason") == reason) continue;
    result.push_back({type, status == "True", reason, kube::text_at(each, "/message")});
  }
  return result;
}

}  // namespace shop
