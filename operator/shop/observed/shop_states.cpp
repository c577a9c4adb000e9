#include "operator/shop/observed/shop_states.hpp"

#include "services/kit/time/rfc3339.hpp"

#include <chrono>

namespace shop {
namespace {

std::optional<ShopStates::Backups> backups(const kube::Object& shop) {
  if (!kube::find_condition(shop, "BackupHealthy")) return std::nullopt;
  const auto last = kit::parse_rfc3339(kube::text_at(shop, "/status/lastBackup/time"));
  return ShopStates::Backups{kube::has_condition(shop, "BackupHealthy"),
                             last ? std::chrono::duration<double>(last->time_since_epoch()).count() : 0};
}

}  // namespace

void ShopStates::take(const kube::Change& change) {
  const auto key = kube::key(change.object());
  const std::lock_guard guard(lock_);
  if (!change.now) {
    states_.erase(key);
    return;
  }
  states_[key] = {kube::has_condition(*change.now, "Ready"), kube::has_condition(*change.now, "Degraded"),
                  backups(*change.now)};
}

void ShopStates::each(const std::function<void(const kube::Key&, const State&)>& act) const {
  const std::lock_guard guard(lock_);
  for (const auto& [key, state] : states_) act(key, state);
}

}  // namespace shop
