#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/db/listener.hpp"
#include "services/product/catalog/product_cache.hpp"

#include <memory>

namespace product {

/// A cache kept right by the notifications of the database (channel product_changed). A change that is
/// committed counts here as soon as its notification has come, in some milliseconds; if the network swallows
/// everything without closing the connection, after 3 s, from when on the cache is not believed.
class ProductCacheFeed {
 public:
  ProductCacheFeed(kit::db::Database& database, ProductCache::Options options, kit::Metrics& metrics);

  ProductCache& cache() { return cache_; }

 private:
  bool hears() const;

  ProductCache cache_;
  std::unique_ptr<kit::db::Listener> listener_;  ///< ends before the cache; none when that is off
};

}  // namespace product
