#include "services/product/catalog/product_cache_feed.hpp"

namespace product {
namespace {

constexpr std::chrono::seconds BELIEVED{3};

}  // namespace

ProductCacheFeed::ProductCacheFeed(kit::db::Database& database, ProductCache::Options options,
                                   kit::Metrics& metrics)
    : cache_(options, metrics, [this] { return hears(); }) {
  if (options.entries == 0) return;
  listener_ = std::make_unique<kit::db::Listener>(kit::db::Listener::Options{
      .url = database.options().url,
      .channels = {"product_changed"},
      .notified = [this](const std::string&, const std::string& payload) { cache_.heard(payload); },
      .connected = [this] { cache_.open(); },
      .lost = [this] { cache_.close(); }});
}

bool ProductCacheFeed::hears() const { return listener_ && listener_->heard_within(BELIEVED); }

}  // namespace product
