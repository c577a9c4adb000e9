#pragma once
#include "operator/kube/object/object.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace kube {

using ObjectPtr = std::shared_ptr<const Object>;

/// A change of an object; `before` is null for a new one, `now` for a deleted one.
struct Change {
  ObjectPtr before;
  ObjectPtr now;
  const Object& object() const { return now ? *now : *before; }
  /// Whether anything but the status changed. A controller that filters by this predicate does not react to
  /// its own status writes.
  bool beyond_status() const;
  /// Whether a relist saw the version that was known already.
  bool same_version() const;
};

/// The objects of one type as last seen, without managedFields. It may lag behind the server: where stale
/// data would be harmful read with Api::get, and delete with a uid. Thread-safe.
class Cache {
 public:
  using Handler = std::function<void(const Change&)>;

  ObjectPtr get(const Key& key) const;  ///< null when there is none
  /// The objects with these labels, sorted by key; of all namespaces when `ns` is empty.
  std::vector<ObjectPtr> list(const std::string& ns = {}, const Labels& with = {}) const;
  /// The objects whose controller has this uid.
  std::vector<ObjectPtr> owned_by(const std::string& owner_uid) const;

  /// Whether the first list has arrived. `wait_synced` returns false when it has not within `time`.
  bool synced() const { return wait_synced({}); }
  bool wait_synced(std::chrono::milliseconds time) const;

  /// Handlers are called in the order of changes, by the thread that feeds the cache, without a lock.
  /// Subscribe before the first change.
  void subscribe(Handler handler);

  // For the one thread that feeds the cache:
  void replace(std::vector<Object> objects);
  void put(Object object);
  void erase(const Key& key);

 private:
  void notify(const std::vector<Change>& changes) const;
  Change store(Object object);  // needs the lock

  mutable std::shared_mutex lock_;
  std::map<Key, ObjectPtr> objects_;
  std::vector<Handler> handlers_;
  mutable std::mutex sync_lock_;
  mutable std::condition_variable sync_changed_;
  bool synced_ = false;
};

}  // namespace kube
