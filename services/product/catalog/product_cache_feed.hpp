#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/db/listener.hpp"
#include "services/product/catalog/product_cache.hpp"

#include <memory>

namespace product {

/// A cache that the notifications of the database invalidate (channel product_changed), within milliseconds
/// of a commit. If the network drops packets without closing the connection, the cache serves nothing after 3
/// s.
class ProductCacheFeed {
 public:
  ProductCacheFeed(kit::db::Database& database, ProductCache::Options options, kit::Metrics& metrics);

  ProductCache& cache() { return cache_; }

 private:
  bool connected() const;

  ProductCache cache_;
  std::unique_ptr<kit::db::Listener> listener_;  ///< destroyed before the cache; null when that is off
};

}  // namespace product
