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

TEST(CategoryTree, ChildrenAreByName) {
  const auto t = tree();
  ASSERT_EQ(t.below(std::nullopt).size(), 2u);
  EXPECT_EQ(t.below(std::nullopt)[0]->slug, "a");
  ASSERT_EQ(t.below(1).size(), 2u);
  EXPECT_EQ(t.below(1)[0]->name, "Ant");
  EXPECT_TRUE(t.below(4).empty());
}

TEST(CategoryTree, CountsGoUpToTheRoots) {
  const auto total = tree().with_those_below({{4, 3}, {2, 10}, {1, 1}, {99, 7}});
  EXPECT_EQ(total.at(4), 3);
  EXPECT_EQ(total.at(3), 3);
  EXPECT_EQ(total.at(1), 14);
  EXPECT_EQ(total.at(5), 0);
}

}  // namespace
}  // namespace product
