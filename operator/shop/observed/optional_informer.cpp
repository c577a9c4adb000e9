#include "operator/shop/observed/optional_informer.hpp"

#include <utility>

namespace shop {

std::optional<kube::ObjectPtr> OptionalInformer::get(const kube::Key& key) {
  std::shared_ptr<kube::Informer> informer;
  {
    const std::lock_guard guard(lock_);
    if (!informer_) {
      informer_ = make_();
      informer_->start();
    }
    informer = informer_;
  }
  if (!informer->cache().synced()) return std::nullopt;
  return informer->cache().get(key);
}

void OptionalInformer::drop() {
  std::shared_ptr<kube::Informer> dropped;  // destroyed after the lock, since that waits for the watch to end
  const std::lock_guard guard(lock_);
  dropped = std::exchange(informer_, nullptr);
}

}  // namespace shop
