#include "services/product/catalog/product_cache.hpp"

#include <charconv>

namespace product {
namespace {

std::size_t stripe(std::int64_t id, std::size_t stripes) { return static_cast<std::uint64_t>(id) % stripes; }

/// Returns nullopt for a malformed list.
std::optional<std::list<std::int64_t>> ids_of(std::string_view payload) {
  std::list<std::int64_t> ids;
  for (;;) {
    const auto part = payload.substr(0, payload.find(','));
    std::int64_t id = 0;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), id);
    if (error != std::errc{} || stop != part.data() + part.size()) return std::nullopt;
    ids.push_back(id);
    if (part.size() == payload.size()) return ids;
    payload.remove_prefix(part.size() + 1);
  }
}

}  // namespace

ProductCache::ProductCache(Options options, kit::Metrics& metrics, std::function<bool()> connected)
    : options_(options),
      connected_(std::move(connected)),
      hits_(metrics.counter("product_cache_hits_total", "Products answered from the cache.")),
      misses_(metrics.counter("product_cache_misses_total", "Products that were not in the cache.")),
      invalidations_(metrics.counter("product_cache_invalidations_total",
                                     "Notifications by which cached products were dropped.")),
      entries_gauge_(metrics.gauge("product_cache_entries", "Products in the cache.")),
      bytes_gauge_(metrics.gauge("product_cache_bytes", "Bytes of the products in the cache.")) {}

std::size_t ProductCache::size_of(const Entry& entry) {
  constexpr std::size_t OVERHEAD = 200;
  return entry.body.size() + entry.etag.size() + OVERHEAD;
}

std::shared_ptr<const ProductCache::Entry> ProductCache::find(contracts::ProductId id) {
  if (options_.entries == 0) return nullptr;
  if (connected_()) {
    const std::lock_guard guard(lock_);
    if (const auto found = slots_.find(id.value); found != slots_.end()) {
      used_.splice(used_.begin(), used_, found->second.used);
      hits_.Increment();
      return found->second.entry;
    }
  }
  misses_.Increment();
  return nullptr;
}

ProductCache::Ticket ProductCache::ticket(contracts::ProductId id) const {
  const std::lock_guard guard(lock_);
  return {epoch_, changes_[stripe(id.value, STRIPES)]};
}

void ProductCache::put(contracts::ProductId id, Ticket ticket, std::shared_ptr<const Entry> entry) {
  const auto size = size_of(*entry);
  if (options_.entries == 0 || size > options_.bytes) return;
  const std::lock_guard guard(lock_);
  if (!open_ || ticket.epoch != epoch_ || ticket.changes != changes_[stripe(id.value, STRIPES)]) return;
  drop(id.value);
  while (!used_.empty() && (slots_.size() >= options_.entries || bytes_ + size > options_.bytes))
    drop(used_.back());
  used_.push_front(id.value);
  slots_.emplace(id.value, Slot{std::move(entry), used_.begin()});
  bytes_ += size;
  update_gauges();
}

void ProductCache::invalidate(std::string_view payload) {
  const auto ids = ids_of(payload);
  invalidations_.Increment();
  const std::lock_guard guard(lock_);
  if (!ids) {
    drop_all();
    return;
  }
  for (const auto id : *ids) {
    ++changes_[stripe(id, STRIPES)];
    drop(id);
  }
  update_gauges();
}

void ProductCache::close() {
  const std::lock_guard guard(lock_);
  open_ = false;
  drop_all();
}

void ProductCache::open() {
  const std::lock_guard guard(lock_);
  drop_all();
  open_ = true;
}

void ProductCache::drop(std::int64_t id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return;
  bytes_ -= size_of(*found->second.entry);
  used_.erase(found->second.used);
  slots_.erase(found);
}

void ProductCache::drop_all() {
  ++epoch_;
  slots_.clear();
  used_.clear();
  bytes_ = 0;
  update_gauges();
}

void ProductCache::update_gauges() {
  entries_gauge_.Set(static_cast<double>(slots_.size()));
  bytes_gauge_.Set(static_cast<double>(bytes_));
}

}  // namespace product
