#include "services/product/catalog/product_cache.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using contracts::ProductId;

struct Fixture {
  explicit Fixture(ProductCache::Options options = {})
      : cache(options, metrics, [this] { return connected; }) {
    cache.open();
  }
  void put(std::int64_t id, std::size_t size = 10) {
    cache.put(ProductId{id}, cache.ticket(ProductId{id}),
              std::make_shared<ProductCache::Entry>(ProductCache::Entry{std::string(size, 'x'), "e", false}));
  }
  bool has(std::int64_t id) { return cache.find(ProductId{id}) != nullptr; }
  kit::Metrics metrics;
  bool connected = true;
  ProductCache cache;
};

TEST(ProductCache, DropsWhatANotificationNames) {
  Fixture f;
  for (int id = 1; id <= 4; ++id) f.put(id);
  EXPECT_TRUE(f.has(1) && f.has(2) && f.has(3));
  f.cache.invalidate("1,3");
  EXPECT_FALSE(f.has(1));
  EXPECT_TRUE(f.has(2));
  EXPECT_FALSE(f.has(3));
  f.cache.invalidate("*");
  EXPECT_FALSE(f.has(2));
  f.put(2);
  f.cache.invalidate("2,what");
  EXPECT_FALSE(f.has(2)) << "what cannot be read is all";
}

TEST(ProductCache, IgnoresReadsFromBeforeAnInvalidation) {
  Fixture f;
  const auto entry = std::make_shared<ProductCache::Entry>();
  for (const char* payload : {"1", "*"}) {
    const auto ticket = f.cache.ticket(ProductId{1});
    f.cache.invalidate(payload);
    f.cache.put(ProductId{1}, ticket, entry);
    EXPECT_FALSE(f.has(1)) << payload;
  }
  const auto ticket = f.cache.ticket(ProductId{1});
  f.cache.close();
  f.cache.open();
  f.cache.put(ProductId{1}, ticket, entry);
  EXPECT_FALSE(f.has(1)) << "read before the listener came back";
}

TEST(ProductCache, ServesNothingWhileDisconnected) {
  Fixture f;
  f.put(1);
  f.connected = false;
  EXPECT_FALSE(f.has(1));
  f.connected = true;
  EXPECT_TRUE(f.has(1));
  f.cache.close();
  EXPECT_FALSE(f.has(1));
  f.put(1);
  EXPECT_FALSE(f.has(1)) << "closed";
}

TEST(ProductCache, BoundsEntriesAndBytes) {
  Fixture f({.entries = 3, .bytes = 100'000});
  for (int id = 1; id <= 3; ++id) f.put(id);
  EXPECT_TRUE(f.has(1)) << "used last";
  f.put(4);
  EXPECT_FALSE(f.has(2));
  EXPECT_TRUE(f.has(1) && f.has(3) && f.has(4));
  f.put(5, 99'000);
  EXPECT_TRUE(f.has(5));
  EXPECT_FALSE(f.has(1) && f.has(3) && f.has(4)) << "room was made";
  f.put(6, 200'000);
  EXPECT_FALSE(f.has(6)) << "larger than all";
}

TEST(ProductCache, StoresNothingWhenOff) {
  Fixture f({.entries = 0, .bytes = 1000});
  f.put(1);
  EXPECT_FALSE(f.has(1));
}

}  // namespace
}  // namespace product
