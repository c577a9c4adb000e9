#include "services/user/recommendations/recommend.hpp"

#include <gtest/gtest.h>

namespace user {
namespace {

using enum Reason;

contracts::ProductId id(std::int64_t value) { return {value}; }

/// "3:bought_together:1 5:best_seller:5"
std::string ranked(const RecommendationInput& input, std::size_t limit = 10) {
  std::string out;
  for (const auto& one : recommend(input, limit))
    out += (out.empty() ? "" : " ") + std::to_string(one.product.value) + ":" +
           std::string(to_string(one.reason)) + ":" + std::to_string(one.because.value);
  return out;
}

TEST(Similarity, IsTheShrunkCosine) {
  EXPECT_DOUBLE_EQ(similarity(6, 9, 16), 6.0 / 12 * 6 / 9);
  EXPECT_DOUBLE_EQ(similarity(6, 9, 16), similarity(6, 16, 9));
  EXPECT_LT(similarity(1, 1, 1), similarity(10, 10, 10)) << "one order proves little";
  EXPECT_LE(similarity(1'000'000, 1'000'000, 1'000'000), 1.0);
  EXPECT_EQ(similarity(0, 5, 5), 0);
  EXPECT_EQ(similarity(3, 0, 5), 0) << "impossible counts must not divide by zero";
  EXPECT_EQ(similarity(-1, 5, 5), 0);
  EXPECT_LE(similarity(9, 2, 2), 1.0);
}

TEST(Recommend, PrefersSimilarProductsToBestSellers) {
  RecommendationInput k;
  k.seeds = {{id(1), BoughtTogether}};
  // The bags (2) are in each order; the case (3) nearly always comes with the laptop (1), and seldom without.
  k.co_purchases = {{id(1), id(2), 12}, {id(1), id(3), 10}};
  k.sales = {{id(1), 12}, {id(2), 1000}, {id(3), 11}};
  EXPECT_EQ(ranked(k), "3:bought_together:1 2:bought_together:1");
}

TEST(Recommend, NamesTheSeedThatCountsMost) {
  RecommendationInput k;
  k.seeds = {{id(1), BoughtTogether}, {id(2), Favorite}, {id(3), Viewed}};
  k.sales = {{id(1), 10}, {id(2), 10}, {id(3), 10}, {id(7), 10}, {id(8), 10}, {id(9), 10}};
  k.co_purchases = {
      {id(1), id(7), 5}, {id(2), id(7), 6}, {id(2), id(8), 5}, {id(3), id(9), 9}, {id(1), id(9), 1}};
  EXPECT_EQ(ranked(k), "7:bought_together:1 9:viewed:3 8:favorite:2 2:favorite:2 3:viewed:3");
}

TEST(Recommend, LeavesOutBoughtProducts) {
  RecommendationInput k;
  k.seeds = {{id(1), BoughtTogether}, {id(2), BoughtTogether}, {id(2), Favorite}};
  k.co_purchases = {{id(1), id(2), 5}, {id(2), id(1), 5}};
  k.sales = {{id(1), 5}, {id(2), 5}};
  EXPECT_EQ(ranked(k), "");
}

TEST(Recommend, CountsTheStrongestReasonOfASeed) {
  RecommendationInput k;
  k.seeds = {{id(1), Viewed}, {id(1), Favorite}, {id(1), Viewed}};
  EXPECT_EQ(ranked(k), "1:favorite:1");
}

TEST(Recommend, FillsUpWithBestSellersOnce) {
  RecommendationInput k;
  k.best_sellers = {id(9), id(4), id(5)};
  EXPECT_EQ(ranked(k), "9:best_seller:9 4:best_seller:4 5:best_seller:5");
  EXPECT_EQ(ranked(k, 2), "9:best_seller:9 4:best_seller:4");
  k.seeds = {{id(1), BoughtTogether}};
  k.co_purchases = {{id(1), id(4), 2}};
  k.sales = {{id(1), 2}, {id(4), 100}};
  EXPECT_EQ(ranked(k), "4:bought_together:1 9:best_seller:9 5:best_seller:5");
  EXPECT_EQ(ranked(k, 0), "");
}

TEST(Recommend, OrdersEqualScoresById) {
  RecommendationInput k;
  k.seeds = {{id(1), BoughtTogether}};
  k.co_purchases = {{id(1), id(8), 2}, {id(1), id(3), 2}, {id(1), id(5), 2}};
  k.sales = {{id(1), 4}, {id(3), 4}, {id(5), 4}, {id(8), 4}};
  EXPECT_EQ(ranked(k), "3:bought_together:1 5:bought_together:1 8:bought_together:1");
}

TEST(Recommend, IgnoresPairsWithoutSeedOrSales) {
  RecommendationInput k;
  k.seeds = {{id(1), BoughtTogether}};
  k.co_purchases = {{id(2), id(3), 5}, {id(1), id(4), 5}};
  k.sales = {{id(1), 5}, {id(2), 5}, {id(3), 5}};
  EXPECT_EQ(ranked(k), "");
}

}  // namespace
}  // namespace user
