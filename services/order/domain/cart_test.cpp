#include "services/order/domain/cart.hpp"

#include "services/order/domain/errors.hpp"
#include "services/order/domain/testing/carts.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

TEST(Cart, HasOneLineForEachProduct) {
  auto cart = sample_cart();
  cart.put(offer(TABLET, "Tablet", 19999), 5);
  ASSERT_EQ(cart.lines.size(), 2u);
  EXPECT_EQ(cart.find(TABLET)->quantity, 5);
  EXPECT_EQ(cart.find(TABLET)->put_price.minor(), 19999) << "setting the quantity accepts the price";
  EXPECT_TRUE(cart.set_quantity(LAPTOP, 3));
  EXPECT_FALSE(cart.set_quantity(contracts::ProductId{9}, 3));
  EXPECT_EQ(cart.find(LAPTOP)->quantity, 3);
  EXPECT_TRUE(cart.remove(TABLET));
  EXPECT_FALSE(cart.remove(TABLET));
  EXPECT_EQ(cart.products(), std::vector{LAPTOP});
}

TEST(Cart, IsReducedByOrderedQuantities) {
  auto cart = sample_cart();
  EXPECT_FALSE(cart.reduce(TABLET, 3)) << "there are two";
  EXPECT_FALSE(cart.reduce(contracts::ProductId{9}, 1));
  EXPECT_TRUE(cart.reduce(TABLET, 1));
  EXPECT_EQ(cart.find(TABLET)->quantity, 1);
  EXPECT_TRUE(cart.reduce(TABLET, 1));
  EXPECT_EQ(cart.find(TABLET), nullptr);
}

CartNotOrderable refusal(const Cart& cart, const Offers& now) {
  try {
    require_orderable(cart, now);
  } catch (const CartNotOrderable& error) {
    return error;
  }
  return {};
}

TEST(Cart, IsOrderableOnlyWithEveryProductInStock) {
  EXPECT_THROW(require_orderable(Cart{}, Offers{}), CartEmpty);
  auto now = offers({offer(TABLET, "Tablet", 1, 2), offer(LAPTOP, "Laptop", 1, 1)});
  EXPECT_NO_THROW(require_orderable(sample_cart(), now));
  now.found.at(TABLET).available = 1;
  EXPECT_EQ(refusal(sample_cart(), now).missing,
            (std::vector<contracts::Shortage>{{TABLET, "Tablet", 2, 1}}));
  now.found.at(TABLET).retired = true;
  now.found.erase(LAPTOP);
  const auto retired = refusal(sample_cart(), now).retired;
  ASSERT_EQ(retired.size(), 2U);
  EXPECT_EQ(retired[0].product, TABLET);
  EXPECT_EQ(retired[1].name, "Laptop");
}

TEST(Cart, RefusesMoreLinesThanItHolds) {
  Cart cart;
  for (int i = 1; i <= 50; ++i) cart.put(offer(contracts::ProductId{i}, "x", 100), 1);
  EXPECT_THROW(cart.put(offer(contracts::ProductId{51}, "x", 100), 1), CartFull);
  cart.put(offer(contracts::ProductId{50}, "x", 100), 2);
  EXPECT_EQ(cart.lines.size(), 50u);
}

TEST(Cart, RefreshesNamesAndPricesLastSeen) {
  const auto cart = sample_cart();
  EXPECT_TRUE(refreshed(cart, offers({offer(TABLET, "Tablet", 29999)})).empty());
  const auto seen = refreshed(cart, offers({offer(TABLET, "Tablet 2", 1)}));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].name, "Tablet 2");
  EXPECT_EQ(seen[0].unit_price.minor(), 1);
  EXPECT_EQ(seen[0].put_price.minor(), 29999);
}

}  // namespace
}  // namespace order
