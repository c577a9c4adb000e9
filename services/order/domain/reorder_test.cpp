#include "services/order/domain/reorder.hpp"

#include "services/order/api/cart_json.hpp"
#include "services/order/domain/testing/carts.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

OrderLine line(std::int64_t product, std::int64_t quantity) {
  return {contracts::ProductId{product}, "Thing " + std::to_string(product), quantity, kit::Money(100, USD)};
}

contracts::Offer offer(std::int64_t product, std::int64_t available, bool retired = false) {
  return {contracts::ProductId{product}, "Thing", kit::Money(200, USD), available, retired};
}

TEST(Reorder, NamesUnavailableProducts) {
  std::vector<OrderLine> lines{line(1, 2), line(2, 2), line(3, 1), line(4, 1)};
  lines.push_back({std::nullopt, "By name", 1, std::nullopt});
  const auto again = reorder(lines, offers({offer(1, 2), offer(2, 1), offer(3, 9, true)}));
  ASSERT_EQ(again.available.size(), 1u);
  EXPECT_EQ(again.available[0].offer.id.value, 1);
  EXPECT_EQ(api::render(again.unavailable).dump(),
            R"([{"product_id":2,"name":"Thing","quantity":2,"reason":"insufficient_stock","available":1},)"
            R"({"product_id":3,"name":"Thing","quantity":1,"reason":"retired","available":0},)"
            R"({"product_id":4,"name":"Thing 4","quantity":1,"reason":"retired","available":0},)"
            R"({"name":"By name","quantity":1,"reason":"retired","available":0}])");
}

TEST(Reorder, AddsUpLinesOfOneProduct) {
  EXPECT_EQ(reorder({line(1, 2), line(1, 3)}, offers({offer(1, 4)})).unavailable.at(0).line.quantity, 5);
  EXPECT_EQ(reorder({line(1, 2), line(1, 3)}, offers({offer(1, 5)})).available.at(0).quantity, 5);
  EXPECT_EQ(reorder({line(1, 900), line(1, 900)}, offers({offer(1, 5000)})).available.at(0).quantity, 1000)
      << "a cart holds no more of one";
}

TEST(Reorder, IsIdempotent) {
  Cart cart;
  cart.put(offer(2, 9), 1);
  cart.put(offer(3, 9), 7);
  const auto again =
      reorder({line(1, 2), line(2, 4), line(3, 4)}, offers({offer(1, 9), offer(2, 9), offer(3, 9)}));
  for (int i = 0; i < 2; ++i) {
    put(cart, again);
    ASSERT_EQ(cart.lines.size(), 3u);
    EXPECT_EQ(cart.find(contracts::ProductId{1})->quantity, 2);
    EXPECT_EQ(cart.find(contracts::ProductId{2})->quantity, 4);
    EXPECT_EQ(cart.find(contracts::ProductId{3})->quantity, 7);
  }
}

}  // namespace
}  // namespace order
