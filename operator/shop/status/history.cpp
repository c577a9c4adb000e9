#include "operator/shop/status/history.hpp"

#include "operator/shop/status/status.hpp"

namespace shop {
namespace {

using kube::EventType;

kube::Event event(EventType type, const std::string& reason, const std::string& message) {
  return {type, reason, "Reconcile", message};
}

bool was(const Json& status, const char* type) { return kube::has_condition(Json{{"status", status}}, type); }

/// Returns nullopt for transitions that are in the conditions only.
std::optional<kube::Event> event_of(const Condition& now, const Json& before) {
  const auto& [type, status, reason, message] = now;
  if (type == "Degraded" && status) return event(EventType::Warning, reason, message);
  if (type == "Degraded" && was(before, "Degraded")) return event(EventType::Normal, "Recovered", message);
  if (type == "Ready" && status) return event(EventType::Normal, "Ready", message);
  if (type == "Ready" && was(before, "Ready"))
    return event(EventType::Warning, "NotReady", reason + ": " + message);
  if (type == "MigrationsDone" && status) return event(EventType::Normal, "Migrated", message);
  if (type == "BackupHealthy" && !status && reason != "FirstBackup")
    return kube::Event{EventType::Warning, "Backup" + reason, "Backup", message};
  return std::nullopt;
}

}  // namespace

std::vector<kube::Event> history(const Json& before, const Json& after, const std::string& wanted) {
  std::vector<kube::Event> events;
  const auto old = kube::text_at(before, "/version");
  const auto now = kube::text_at(after, "/version");
  if (!old.empty() && !wanted.empty() && wanted != old && !was(before, "Progressing") &&
      was(after, "Progressing"))
    events.push_back(
        event(EventType::Normal, "UpgradeStarted", "From version " + old + " to version " + wanted));
  for (const auto& each : transitions(before, after))
    if (auto found = event_of(each, before)) events.push_back(std::move(*found));
  const auto backup = kube::text_at(after, "/lastBackup/label");
  if (!backup.empty() && backup != kube::text_at(before, "/lastBackup/label"))
    events.push_back({EventType::Normal, "BackupMade", "Backup", "Backup " + backup + " was made"});
  if (!now.empty() && now != old)
    events.push_back(event(EventType::Normal, "RolledOut", "All services run version " + now));
  return events;
}

}  // namespace shop
