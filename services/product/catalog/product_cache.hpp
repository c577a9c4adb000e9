#pragma once
#include "services/kit/ids.hpp"
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

/// Answers about single products, in this process: bounded in number and bytes, the least recently used go
/// first. Right across replicas by notifications (store/product_cache_feed): what changed is dropped, all of
/// it when notifications may have been missed, and nothing is believed while none can arrive. Thread-safe.
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
  /// When a reading of the database began. What was read counts only if nothing was heard of since.
  struct Ticket {
    std::uint64_t epoch = 0;
    std::uint64_t changes = 0;
  };

  /// `believed` says whether everything notified has surely been heard.
  ProductCache(Options options, kit::Metrics& metrics, std::function<bool()> believed);

  /// Nothing when it is not there, or not to be believed just now.
  std::shared_ptr<const Entry> find(kit::ProductId id);
  /// To be taken before the database is read for `put`.
  Ticket ticket(kit::ProductId id) const;
  void put(kit::ProductId id, Ticket ticket, std::shared_ptr<const Entry> entry);

  /// What a notification names: ids parted by commas; "*", and whatever cannot be read, is all.
  void heard(std::string_view payload);
  /// Drops all; nothing is kept until `open`.
  void close();
  /// Drops all and begins to keep.
  void open();

 private:
  struct Kept {
    std::shared_ptr<const Entry> entry;
    std::list<std::int64_t>::iterator used;
  };
  static constexpr std::size_t STRIPES = 1024;

  void drop(std::int64_t id);
  void drop_all();
  void show();
  static std::size_t size_of(const Entry& entry);

  const Options options_;
  const std::function<bool()> believed_;
  prometheus::Counter& hits_;
  prometheus::Counter& misses_;
  prometheus::Counter& invalidations_;
  prometheus::Gauge& entries_gauge_;
  prometheus::Gauge& bytes_gauge_;
  mutable std::mutex lock_;
  bool open_ = false;
  std::uint64_t epoch_ = 0;  ///< grows when all is dropped
  std::array<std::uint64_t, STRIPES>
      changes_{};  ///< by id, several ids a stripe; grow with each change heard of
  std::unordered_map<std::int64_t, Kept> kept_;
  std::list<std::int64_t> used_;  ///< the latest first
  std::size_t bytes_ = 0;
};

}  // namespace product
