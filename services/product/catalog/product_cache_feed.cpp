#include "services/product/catalog/product_cache_feed.hpp"

namespace product {
namespace {

constexpr std::chrono::seconds MAX_SILENCE{3};

}  // namespace

ProductCacheFeed::ProductCacheFeed(kit::db::Database& database, ProductCache::Options options,
                                   kit::Metrics& metrics)
    : cache_(options, metrics, [this] { return connected(); }) {
  if (options.entries == 0) return;
  listener_ = std::make_unique<kit::db::Listener>(kit::db::Listener::Options{
      .url = database.options().url,
      .channels = {"product_changed"},
      .notified = [this](const std::string&, const std::string& payload) { cache_.invalidate(payload); },
      .connected = [this] { cache_.open(); },
      .lost = [this] { cache_.close(); }});
}

bool ProductCacheFeed::connected() const { return listener_ && listener_->heard_within(MAX_SILENCE); }

}  // namespace product
