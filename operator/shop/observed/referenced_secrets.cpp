#include "operator/shop/observed/referenced_secrets.hpp"

#include "operator/shop/spec/names.hpp"

namespace shop {
namespace {

/// The watch leaves out what has our own label, so that a change of it would not be noticed.
bool watched(const kube::Object& secret) {
  const auto labels = kube::labels(secret);
  const auto found = labels.find(managed_by_label);
  return found == labels.end() || found->second != manager;
}

}  // namespace

void ReferencedSecrets::replace_uses(const kube::Key& shop, const std::set<std::string>& names) {
  for (const auto& name : uses_[shop]) {
    if (names.contains(name)) continue;
    const auto entry = secrets_.find({shop.ns, name});
    entry->second.users.erase(shop);
    if (entry->second.users.empty()) secrets_.erase(entry);
  }
  for (const auto& name : names) secrets_[{shop.ns, name}].users.insert(shop);
  if (names.empty())
    uses_.erase(shop);
  else
    uses_[shop] = names;
}

std::map<std::string, kube::Object> ReferencedSecrets::use(const kube::Key& shop,
                                                           const std::set<std::string>& names) {
  {
    const std::lock_guard guard(lock_);
    replace_uses(shop, names);
  }
  std::map<std::string, kube::Object> found;
  for (const auto& name : names)
    if (auto secret = read({shop.ns, name})) found.emplace(name, std::move(*secret));
  return found;
}

std::optional<kube::Object> ReferencedSecrets::read(const kube::Key& key) {
  std::uint64_t changes = 0;
  {
    const std::lock_guard guard(lock_);
    const auto& entry = secrets_[key];
    if (entry.read) return entry.secret;
    changes = entry.changes;
  }
  auto secret = api_.get(kube::types::secret, key);
  if (secret) kube::strip(*secret);
  const std::lock_guard guard(lock_);
  const auto entry = secrets_.find(key);
  if (entry != secrets_.end() && entry->second.changes == changes && (!secret || watched(*secret))) {
    entry->second.read = true;
    entry->second.secret = secret;
  }
  return secret;
}

std::size_t ReferencedSecrets::size() const {
  const std::lock_guard guard(lock_);
  return secrets_.size();
}

std::set<kube::Key> ReferencedSecrets::changed(Entry& entry, const std::string& version) {
  if (entry.read && (entry.secret ? kube::resource_version(*entry.secret) : "") == version) return {};
  entry.read = false;
  entry.secret.reset();
  ++entry.changes;
  return entry.users;
}

void ReferencedSecrets::enqueue(const std::set<kube::Key>& shops) const {
  for (const auto& shop : shops) enqueue_(shop);
}

void ReferencedSecrets::begin_list() {
  const std::lock_guard guard(lock_);
  ++list_;
}

void ReferencedSecrets::add_listed(kube::Object metadata) { put(std::move(metadata)); }

void ReferencedSecrets::put(kube::Object metadata) {
  std::set<kube::Key> users;
  {
    const std::lock_guard guard(lock_);
    const auto entry = secrets_.find(kube::key(metadata));
    if (entry == secrets_.end()) return;
    entry->second.list = list_;
    users = changed(entry->second, kube::resource_version(metadata));
  }
  enqueue(users);
}

void ReferencedSecrets::erase(const kube::Key& key) {
  std::set<kube::Key> users;
  {
    const std::lock_guard guard(lock_);
    const auto entry = secrets_.find(key);
    if (entry == secrets_.end()) return;
    users = changed(entry->second, "");
  }
  enqueue(users);
}

void ReferencedSecrets::end_list() {
  std::set<kube::Key> users;
  {
    const std::lock_guard guard(lock_);
    for (auto& [key, entry] : secrets_)
      if (entry.list != list_) users.merge(changed(entry, ""));
  }
  enqueue(users);
}

}  // namespace shop
