#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/watch/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace shop {

/// The Secrets of others that Shops name. A Secret is read when a Shop first needs it and kept until the
/// watch that feeds this store, which has the metadata of all Secrets, shows that it has changed; then the
/// Shops that name it are queued. One watch serves all Secrets, so that connections do not grow with them.
/// Thread-safe.
class ReferencedSecrets final : public kube::Store {
 public:
  explicit ReferencedSecrets(kube::Api& api) : api_(api) {}

  /// Called for each Shop that names a changed Secret. Set it before the watch starts.
  void on_change(std::function<void(const kube::Key& shop)> enqueue) { enqueue_ = std::move(enqueue); }

  /// The Secrets of these names that exist, in the Shop's namespace. The Shop counts as a user of these, and
  /// no longer of others; what has no user is dropped. Throws kube::ApiError.
  std::map<std::string, kube::Object> use(const kube::Key& shop, const std::set<std::string>& names);
  /// How many Secrets have users.
  std::size_t size() const;

  void begin_list() override;
  void add_listed(kube::Object metadata) override;
  void end_list() override;
  void put(kube::Object metadata) override;
  void erase(const kube::Key& key) override;

 private:
  struct Entry {
    std::set<kube::Key> users;           // Shops
    bool read = false;                   // `secret` is as the API server has it
    std::optional<kube::Object> secret;  // nullopt: there is none
    std::uint64_t changes = 0;           // to notice one during a read
    unsigned list = 0;                   // the last list that had it
  };
  std::optional<kube::Object> read(const kube::Key& key);
  void replace_uses(const kube::Key& shop, const std::set<std::string>& names);  // needs the lock
  /// Returns the users when the entry is not as `version` says; "" is the version of a missing Secret.
  std::set<kube::Key> changed(Entry& entry, const std::string& version);  // needs the lock
  void enqueue(const std::set<kube::Key>& shops) const;

  kube::Api& api_;
  std::function<void(const kube::Key& shop)> enqueue_ = [](const kube::Key&) {};
  mutable std::mutex lock_;
  std::map<kube::Key, Entry> secrets_;
  std::map<kube::Key, std::set<std::string>> uses_;  // by Shop
  unsigned list_ = 0;
};

}  // namespace shop
