#include "operator/kube/watch/cache.hpp"

#include <algorithm>

namespace kube {

namespace {

/// The object without status and with no fields that change with every write.
Object without_status(const Object& object) {
  Object out = object;
  if (!out.is_object()) return out;
  out.erase("status");
  const auto metadata = out.find("metadata");
  if (metadata != out.end() && metadata->is_object()) {
    metadata->erase("resourceVersion");
    metadata->erase("managedFields");
  }
  return out;
}

}  // namespace

bool Change::same_version() const {
  return before && now && uid(*before) == uid(*now) && !resource_version(*now).empty() &&
         resource_version(*before) == resource_version(*now);
}

bool Change::beyond_status() const {
  if (!before || !now) return true;
  if (same_version()) return false;
  return without_status(*before) != without_status(*now);
}

ObjectPtr Cache::get(const Key& key) const {
  const std::shared_lock guard(lock_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<ObjectPtr> Cache::list(const std::string& ns, const Labels& with) const {
  const std::shared_lock guard(lock_);
  std::vector<ObjectPtr> out;
  auto at = ns.empty() ? objects_.begin() : objects_.lower_bound({ns, ""});
  for (; at != objects_.end() && (ns.empty() || at->first.ns == ns); ++at) {
    const auto has = labels(*at->second);
    if (std::includes(has.begin(), has.end(), with.begin(), with.end())) out.push_back(at->second);
  }
  return out;
}

std::vector<ObjectPtr> Cache::owned_by(const std::string& owner_uid) const {
  const std::shared_lock guard(lock_);
  std::vector<ObjectPtr> out;
  for (const auto& [key, object] : objects_) {
    const auto owner = controller_of(*object);
    if (owner && owner->uid == owner_uid) out.push_back(object);
  }
  return out;
}

bool Cache::wait_synced(std::chrono::milliseconds time) const {
  std::unique_lock guard(sync_lock_);
  return sync_changed_.wait_for(guard, time, [this] { return synced_; });
}

void Cache::subscribe(Handler handler) { handlers_.push_back(std::move(handler)); }

Change Cache::store(Object object) {
  strip(object);
  auto now = std::make_shared<const Object>(std::move(object));
  auto& slot = objects_[key(*now)];
  Change change{slot, now};
  slot = std::move(now);
  return change;
}

void Cache::replace(std::vector<Object> objects) {
  std::vector<Change> changes;
  {
    const std::unique_lock guard(lock_);
    std::map<Key, ObjectPtr> old;
    old.swap(objects_);
    for (auto& object : objects) {
      Change change = store(std::move(object));
      if (const auto was = old.find(key(*change.now)); was != old.end()) {
        change.before = was->second;
        old.erase(was);
      }
      changes.push_back(std::move(change));
    }
    for (auto& [key, object] : old) changes.push_back({std::move(object), nullptr});
  }
  notify(changes);
  {
    const std::lock_guard guard(sync_lock_);
    synced_ = true;
  }
  sync_changed_.notify_all();
}

void Cache::put(Object object) {
  Change change;
  {
    const std::unique_lock guard(lock_);
    change = store(std::move(object));
  }
  notify({change});
}

void Cache::erase(const Key& key) {
  Change change;
  {
    const std::unique_lock guard(lock_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return;
    change.before = std::move(found->second);
    objects_.erase(found);
  }
  notify({change});
}

void Cache::notify(const std::vector<Change>& changes) const {
  for (const auto& change : changes) {
    if (change.same_version()) continue;
    for (const auto& handler : handlers_) handler(change);
  }
}

}  // namespace kube
