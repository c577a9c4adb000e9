#include "services/product/catalog/category.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

CategoryTree tree() {
  return CategoryTree({{1, std::nullopt, "b", "B", 0},
                       {2, 1, "b2", "Zoo", 0},
                       {3, 1, "b1", "Ant", 0},
                       {4, 3, "b11", "Deep", 0},
                       {5, std::nullopt, "a", "A", 0}});
}

TEST(CategoryTree, SortsChildrenByName) {
  const auto t = tree();
  ASSERT_EQ(t.children(std::nullopt).size(), 2u);
  EXPECT_EQ(t.children(std::nullopt)[0]->slug, "a");
  ASSERT_EQ(t.children(1).size(), 2u);
  EXPECT_EQ(t.children(1)[0]->name, "Ant");
  EXPECT_TRUE(t.children(4).empty());
}

TEST(CategoryTree, TotalsIncludeDescendants) {
  const auto total = tree().totals({{4, 3}, {2, 10}, {1, 1}, {99, 7}});
  EXPECT_EQ(total.at(4), 3);
  EXPECT_EQ(total.at(3), 3);
  EXPECT_EQ(total.at(1), 14);
  EXPECT_EQ(total.at(5), 0);
}

/// 1 is the root, each further category is below the one before it.
std::vector<Category> chain(int length) {
  std::vector<Category> out{{1, std::nullopt, "c1", "C", 0}};
  for (int i = 2; i <= length; ++i) out.push_back({i, i - 1, "c" + std::to_string(i), "C", 0});
  return out;
}

CategoryRefused::Reason refused(int length, std::int64_t id, const CategoryData& data) try {
  check_category(chain(length), id, data);
  throw std::logic_error("not refused");
} catch (const CategoryRefused& error) {
  return error.reason;
}

TEST(CheckCategory, AcceptsItsOwnSlugAndTenLevels) {
  EXPECT_NO_THROW(check_category(chain(1), 1, {"c1", "C", std::nullopt}));
  EXPECT_NO_THROW(check_category(chain(9), 0, {"new", "C", 9}));
}

TEST(CheckCategory, RefusesWhatBreaksTheTree) {
  using enum CategoryRefused::Reason;
  EXPECT_EQ(refused(2, 0, {"c1", "C", std::nullopt}), SlugTaken);
  EXPECT_EQ(refused(2, 0, {"new", "C", 99}), NoParent);
  EXPECT_EQ(refused(2, 1, {"c1", "C", 2}), Cycle);
  EXPECT_EQ(refused(2, 1, {"c1", "C", 1}), Cycle);
  EXPECT_EQ(refused(10, 0, {"new", "C", 10}), TooDeep);
  EXPECT_EQ(refused(2000, 0, {"new", "C", std::nullopt}), TooMany);
}

TEST(CheckCategory, CountsDescendantsTowardsTheDepth) {
  auto all = chain(9);
  all.push_back({20, std::nullopt, "a", "A", 0});
  EXPECT_NO_THROW(check_category(all, 20, {"a", "A", 9}));
  all.push_back({21, 20, "b", "B", 0});
  EXPECT_THROW(check_category(all, 20, {"a", "A", 9}), CategoryRefused);
}

}  // namespace
}  // namespace product
