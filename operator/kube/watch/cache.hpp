#pragma once
#include "operator/kube/watch/packed.hpp"
#include "operator/kube/watch/store.hpp"

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
  bool initial = false;  ///< of the first list
  const Object& object() const { return now ? *now : *before; }
  /// Whether anything but the status changed. A controller that filters by this predicate does not react to
  /// its own status writes.
  bool beyond_status() const;
};

/// The uid of an object's controller; "" when it has none.
std::string controller_uid(const Object& object);

struct CacheOptions {
  /// Removes the fields that nobody reads, before an object is stored.
  std::function<void(Object&)> transform{};
  /// The value by which Cache::indexed() finds an object; "" for an object that it never returns.
  std::function<std::string(const Object&)> index = controller_uid;
};

/// The objects of one type as last seen, without managedFields. It may lag behind the server: where stale
/// data would be harmful read with Api::get, and delete with a uid. Objects are kept compressed, so that a
/// read costs some ten microseconds for each object that it returns. Thread-safe.
class Cache final : public Store {
 public:
  using Handler = std::function<void(const Change&)>;

  explicit Cache(CacheOptions options = {}) : options_(std::move(options)) {}

  ObjectPtr get(const Key& key) const;  ///< null when there is none
  bool contains(const Key& key) const;
  std::size_t size() const;
  /// The objects with these labels, sorted by key; of all namespaces when `ns` is empty.
  std::vector<ObjectPtr> list(const std::string& ns = {}, const Labels& with = {}) const;
  /// The objects with this value of the index; its cost does not depend on the number of others.
  std::vector<ObjectPtr> indexed(const std::string& value) const;

  /// Whether the first list has arrived. `wait_synced` returns false when it has not within `time`.
  bool synced() const { return wait_synced({}); }
  bool wait_synced(std::chrono::milliseconds time) const;

  /// Handlers are called in the order of changes, by the thread that feeds the cache, without a lock.
  /// Subscribe before the first change.
  void subscribe(Handler handler);

  void begin_list() override;
  void add_listed(Object object) override;
  void end_list() override;
  void put(Object object) override;
  void erase(const Key& key) override;

 private:
  struct Entry;
  using Objects = std::map<Key, Entry>;
  using Index = std::map<std::string, std::vector<Objects::const_iterator>>;
  struct Entry {
    std::string packed;
    std::string version;      // resourceVersion
    Index::iterator indexed;  // the end when it is not in the index
    unsigned list = 0;        // the last list that had it
  };

  void store(Object object);
  ObjectPtr unpack(const Entry& entry) const;
  Entry& entry_of(const Object& object);             // needs the lock
  void leave_index(Objects::const_iterator object);  // needs the lock
  void notify(const Change& change) const;

  const CacheOptions options_;
  mutable std::shared_mutex lock_;
  Packer packer_;
  Objects objects_;
  Index index_;
  unsigned list_ = 0;
  std::vector<Handler> handlers_;
  mutable std::mutex sync_lock_;
  mutable std::condition_variable sync_changed_;
  bool synced_ = false;
};

}  // namespace kube
