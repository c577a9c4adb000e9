#include "services/product/stock/reservation.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

StockLine line(std::int64_t product, std::int64_t quantity, std::size_t index) {
  return {contracts::ProductId{product}, quantity, index};
}

TEST(InLockOrder, SortsByProductAndAddsUp) {
  EXPECT_EQ(in_lock_order({line(7, 1, 0), line(2, 5, 1), line(7, 3, 2)}),
            (std::vector<StockLine>{line(2, 5, 1), line(7, 4, 0)}));
  EXPECT_TRUE(in_lock_order({}).empty());
}

TEST(CrossedLow, IsTrueOnceOnTheWayDown) {
  EXPECT_FALSE(crossed_low(6, 1, 5));
  EXPECT_TRUE(crossed_low(5, 1, 5));
  EXPECT_TRUE(crossed_low(0, 10, 5));
  EXPECT_FALSE(crossed_low(4, 1, 5)) << "was low already";
  EXPECT_TRUE(crossed_low(0, 1, 0));
}

}  // namespace
}  // namespace product
