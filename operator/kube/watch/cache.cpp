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

bool Change::beyond_status() const {
  return !before || !now || without_status(*before) != without_status(*now);
}

std::string controller_uid(const Object& object) {
  const auto owner = controller_of(object);
  return owner ? owner->uid : std::string();
}

ObjectPtr Cache::unpack(const Entry& entry) const {
  return std::make_shared<const Object>(packer_.unpack(entry.packed));
}

ObjectPtr Cache::get(const Key& key) const {
  const std::shared_lock guard(lock_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : unpack(found->second);
}

bool Cache::contains(const Key& key) const {
  const std::shared_lock guard(lock_);
  return objects_.contains(key);
}

std::size_t Cache::size() const {
  const std::shared_lock guard(lock_);
  return objects_.size();
}

std::vector<ObjectPtr> Cache::list(const std::string& ns, const Labels& with) const {
  const std::shared_lock guard(lock_);
  std::vector<ObjectPtr> out;
  auto at = ns.empty() ? objects_.begin() : objects_.lower_bound({ns, ""});
  for (; at != objects_.end() && (ns.empty() || at->first.ns == ns); ++at) {
    auto object = unpack(at->second);
    const auto has = labels(*object);
    if (std::includes(has.begin(), has.end(), with.begin(), with.end())) out.push_back(std::move(object));
  }
  return out;
}

std::vector<ObjectPtr> Cache::indexed(const std::string& value) const {
  const std::shared_lock guard(lock_);
  std::vector<ObjectPtr> out;
  const auto found = index_.find(value);
  if (found == index_.end()) return out;
  for (const auto& object : found->second) out.push_back(unpack(object->second));
  return out;
}

bool Cache::wait_synced(std::chrono::milliseconds time) const {
  std::unique_lock guard(sync_lock_);
  return sync_changed_.wait_for(guard, time, [this] { return synced_; });
}

void Cache::subscribe(Handler handler) { handlers_.push_back(std::move(handler)); }

void Cache::leave_index(Objects::const_iterator object) {
  const auto at = object->second.indexed;
  if (at == index_.end()) return;
  std::erase(at->second, object);
  if (at->second.empty()) index_.erase(at);
}

Cache::Entry& Cache::entry_of(const Object& object) {
  const auto [at, fresh] = objects_.try_emplace(key(object), Entry{{}, {}, index_.end()});
  const auto value = options_.index(object);
  const auto before = at->second.indexed;
  if (before == index_.end() ? value.empty() : before->first == value) return at->second;
  leave_index(at);
  at->second.indexed = index_.end();
  if (!value.empty()) {
    at->second.indexed = index_.try_emplace(value).first;
    at->second.indexed->second.push_back(at);
  }
  return at->second;
}

void Cache::store(Object object) {
  strip(object);
  if (options_.transform) options_.transform(object);
  Change change;
  {
    const std::unique_lock guard(lock_);
    const auto version = resource_version(object);
    if (const auto known = objects_.find(key(object)); known != objects_.end()) {
      known->second.list = list_;
      // A relist saw the version that was known already.
      if (!version.empty() && known->second.version == version) return;
      change.before = unpack(known->second);
    }
    auto packed = packer_.pack(object);
    auto& entry = entry_of(object);
    entry.packed = std::move(packed);
    entry.version = version;
    entry.list = list_;
    change.now = std::make_shared<const Object>(std::move(object));
  }
  change.initial = !synced();
  notify(change);
}

void Cache::begin_list() {
  const std::unique_lock guard(lock_);
  ++list_;
}

void Cache::add_listed(Object object) { store(std::move(object)); }

void Cache::end_list() {
  std::vector<Key> gone;
  {
    const std::shared_lock guard(lock_);
    for (const auto& [key, entry] : objects_)
      if (entry.list != list_) gone.push_back(key);
  }
  for (const auto& key : gone) erase(key);
  {
    const std::lock_guard guard(sync_lock_);
    synced_ = true;
  }
  sync_changed_.notify_all();
}

void Cache::put(Object object) { store(std::move(object)); }

void Cache::erase(const Key& key) {
  Change change;
  {
    const std::unique_lock guard(lock_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return;
    change.before = unpack(found->second);
    leave_index(found);
    objects_.erase(found);
  }
  notify(change);
}

void Cache::notify(const Change& change) const {
  for (const auto& handler : handlers_) handler(change);
}

}  // namespace kube
