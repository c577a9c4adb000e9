#include "services/user/recommendations/recommend.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using enum Because;

kit::ProductId id(std::int64_t value) { return {value}; }

/// "3:bought_together:1 5:best_seller:5"
std::string told(const Knowledge& knowledge, std::size_t most = 10) {
  std::string out;
  for (const auto& one : recommend(knowledge, most))
    out += (out.empty() ? "" : " ") + std::to_string(one.product.value) + ":" +
           std::string(to_string(one.reason)) + ":" + std::to_string(one.because.value);
  return out;
}

TEST(Likeness, IsTheShrunkCosine) {
  EXPECT_DOUBLE_EQ(likeness(6, 9, 16), 6.0 / 12 * 6 / 9);
  EXPECT_DOUBLE_EQ(likeness(6, 9, 16), likeness(6, 16, 9));
  EXPECT_LT(likeness(1, 1, 1), likeness(10, 10, 10)) << "one order proves little";
  EXPECT_LE(likeness(1'000'000, 1'000'000, 1'000'000), 1.0);
  EXPECT_EQ(likeness(0, 5, 5), 0);
  EXPECT_EQ(likeness(3, 0, 5), 0) << "counts that cannot be are no reason to divide by nothing";
  EXPECT_EQ(likeness(-1, 5, 5), 0);
  EXPECT_LE(likeness(9, 2, 2), 1.0);
}

TEST(Recommend, WhatEverybodyBuysDoesNotDrownWhatBelongsTogether) {
  Knowledge k;
  k.seeds = {{id(1), BoughtTogether}};
  // The bags (2) are in each order; the case (3) nearly always comes with the laptop (1), and seldom without.
  k.together = {{id(1), id(2), 12}, {id(1), id(3), 10}};
  k.sales = {{id(1), 12}, {id(2), 1000}, {id(3), 11}};
  EXPECT_EQ(told(k), "3:bought_together:1 2:bought_together:1");
}

TEST(Recommend, IsExplainedByWhatCountsMost) {
  Knowledge k;
  k.seeds = {{id(1), BoughtTogether}, {id(2), Favorite}, {id(3), Viewed}};
  k.sales = {{id(1), 10}, {id(2), 10}, {id(3), 10}, {id(7), 10}, {id(8), 10}, {id(9), 10}};
  k.together = {
      {id(1), id(7), 5}, {id(2), id(7), 6}, {id(2), id(8), 5}, {id(3), id(9), 9}, {id(1), id(9), 1}};
  EXPECT_EQ(told(k), "7:bought_together:1 9:viewed:3 8:favorite:2 2:favorite:2 3:viewed:3");
}

TEST(Recommend, LeavesOutWhatIsOwned) {
  Knowledge k;
  k.seeds = {{id(1), BoughtTogether}, {id(2), BoughtTogether}, {id(2), Favorite}};
  k.together = {{id(1), id(2), 5}, {id(2), id(1), 5}};
  k.sales = {{id(1), 5}, {id(2), 5}};
  EXPECT_EQ(told(k), "");
}

TEST(Recommend, OfAFavoriteThatIsViewedTheFavoriteCounts) {
  Knowledge k;
  k.seeds = {{id(1), Viewed}, {id(1), Favorite}, {id(1), Viewed}};
  EXPECT_EQ(told(k), "1:favorite:1");
}

TEST(Recommend, BestSellersFillUpAndComeOnce) {
  Knowledge k;
  k.best_sellers = {id(9), id(4), id(5)};
  EXPECT_EQ(told(k), "9:best_seller:9 4:best_seller:4 5:best_seller:5");
  EXPECT_EQ(told(k, 2), "9:best_seller:9 4:best_seller:4");
  k.seeds = {{id(1), BoughtTogether}};
  k.together = {{id(1), id(4), 2}};
  k.sales = {{id(1), 2}, {id(4), 100}};
  EXPECT_EQ(told(k), "4:bought_together:1 9:best_seller:9 5:best_seller:5");
  EXPECT_EQ(told(k, 0), "");
}

TEST(Recommend, EqualScoresAreInOrderOfId) {
  Knowledge k;
  k.seeds = {{id(1), BoughtTogether}};
  k.together = {{id(1), id(8), 2}, {id(1), id(3), 2}, {id(1), id(5), 2}};
  k.sales = {{id(1), 4}, {id(3), 4}, {id(5), 4}, {id(8), 4}};
  EXPECT_EQ(told(k), "3:bought_together:1 5:bought_together:1 8:bought_together:1");
}

TEST(Recommend, OfPairsThatNobodyAskedForOrWithoutSalesNothingComes) {
  Knowledge k;
  k.seeds = {{id(1), BoughtTogether}};
  k.together = {{id(2), id(3), 5}, {id(1), id(4), 5}};
  k.sales = {{id(1), 5}, {id(2), 5}, {id(3), 5}};
  EXPECT_EQ(told(k), "");
}

}  // namespace
}  // namespace user
