#pragma once
#include "operator/kube/watch/informer.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace shop {

/// The cache of a kind that not every cluster has: it is started by the first question, and dropped where the
/// kind turns out to be gone. Thread-safe.
class OptionalInformer {
 public:
  /// `make` returns an informer with its handlers, not started yet.
  explicit OptionalInformer(std::function<std::unique_ptr<kube::Informer>()> make) : make_(std::move(make)) {}

  /// Null when there is none; nullopt until the first list has arrived.
  std::optional<kube::ObjectPtr> get(const kube::Key& key);
  /// Ends the watch and forgets the objects.
  void drop();

 private:
  const std::function<std::unique_ptr<kube::Informer>()> make_;
  std::mutex lock_;
  std::shared_ptr<kube::Informer> informer_;
};

}  // namespace shop
