#pragma once
#include "operator/kube/object.hpp"
#include "operator/kube/selector.hpp"

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

/// What has become of an object; `before` is null for a new one, `now` for one that is gone.
struct Change {
  ObjectPtr before;
  ObjectPtr now;
  const Object& object() const { return now ? *now : *before; }
  /// Spec, labels, annotations, finalizers or deletion changed: not only the status. A controller that looks
  /// at its own objects so is not woken by its own status writes.
  bool matters() const;
  /// Neither: a relist saw the same version.
  bool same_version() const;
};

/// The objects of one type as last seen, without managedFields. May lag behind the server: what must not be
/// decided on stale data is to be read with Api::get, and deleted with a uid. Thread-safe.
class Cache {
 public:
  using Handler = std::function<void(const Change&)>;

  ObjectPtr get(const Key& key) const;  ///< null when there is none
  /// Sorted by key. Of all namespaces when `space` is empty.
  std::vector<ObjectPtr> list(const std::string& space = {}, const Selector& selector = {}) const;
  /// Those whose controller has this uid.
  std::vector<ObjectPtr> owned_by(const std::string& owner_uid) const;
  std::size_t size() const;

  /// The first list has come. `wait` returns false when the time is up.
  bool synced() const;
  bool wait_synced(std::chrono::milliseconds time) const;

  /// Handlers are called in order of changes, by the thread that feeds the cache, without a lock; subscribe
  /// before it is fed.
  void subscribe(Handler handler);

  // For who feeds it (one thread):
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
