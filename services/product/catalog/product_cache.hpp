#pragma once
#include "services/contracts/internal/ids.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace product {

/// Rendered single products in this process: bounded in number and bytes, least recently used go first.
/// Consistent across replicas by notifications (channel product_changed): a notification drops what changed,
/// a lost connection drops everything, and nothing is served while notifications may be missing. Thread-safe.
/// Metrics: product_cache_{hits,misses,invalidations}_total, product_cache_entries, product_cache_bytes.
class ProductCache {
 public:
  struct Options {
    std::size_t entries = 10'000;  ///< 0: off
    std::size_t bytes = 16 * 1024 * 1024;
  };
  struct Entry {
    std::string body;
    std::string etag;
    bool retired = false;
  };
  /// When a read of the database began. `put` ignores what was read before a later invalidation.
  struct Ticket {
    std::uint64_t epoch = 0;
    std::uint64_t changes = 0;
  };

  /// `connected` returns whether every notification so far has surely arrived.
  ProductCache(Options options, kit::Metrics& metrics, std::function<bool()> connected);

  /// Null when it is not cached, or while notifications may be missing.
  std::shared_ptr<const Entry> find(contracts::ProductId id);
  /// Take it before reading from the database what `put` gets.
  Ticket ticket(contracts::ProductId id) const;
  void put(contracts::ProductId id, Ticket ticket, std::shared_ptr<const Entry> entry);

  /// Drops the ids of a notification, separated by commas; "*", like anything else, drops everything.
  void invalidate(std::string_view payload);
  /// Drops everything and stores nothing until `open`.
  void close();
  /// Drops everything and starts to store.
  void open();

 private:
  struct Slot {
    std::shared_ptr<const Entry> entry;
    std::list<std::int64_t>::iterator used;
  };
  static constexpr std::size_t STRIPES = 1024;

  void drop(std::int64_t id);
  void drop_all();
  void update_gauges();
  static std::size_t size_of(const Entry& entry);

  const Options options_;
  const std::function<bool()> connected_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  prometheus::Counter& invalidations_;
  prometheus::Gauge& entries_gauge_;
  prometheus::Gauge& bytes_gauge_;
  mutable std::mutex lock_;
  bool open_ = false;
  std::uint64_t epoch_ = 0;                       ///< incremented when everything is dropped
  std::array<std::uint64_t, STRIPES> changes_{};  ///< invalidations by id, several ids per stripe
  std::unordered_map<std::int64_t, Slot> slots_;
  std::list<std::int64_t> used_;  ///< most recent first
  std::size_t bytes_ = 0;
};

}  // namespace product
