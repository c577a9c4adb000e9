#include "services/product/catalog/sample_data.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace product {
namespace {

TEST(SampleCatalog, StartsWithTheDocumentedProducts) {
  const auto products = sample_products();
  ASSERT_GE(products.size(), 40U);
  EXPECT_EQ(products[0].name, "Laptop");
  EXPECT_EQ(products[0].cents, 99999);
  EXPECT_EQ(products[1].name, "Phone");
  EXPECT_EQ(products[1].cents, 49999);
  EXPECT_EQ(products[2].name, "Smartphone");
  EXPECT_EQ(products[3].name, "Tablet");
  EXPECT_EQ(products[4].name, "Headphones");
}

TEST(SampleCatalog, HasUniqueNamesAndKnownCategories) {
  std::set<std::string_view> slugs;
  for (const auto& [slug, parent, name] : sample_categories()) {
    EXPECT_TRUE(parent.empty() || slugs.contains(parent)) << slug << ": its parent must come first";
    EXPECT_TRUE(slugs.insert(slug).second) << slug;
  }
  std::set<std::string> names;
  for (const auto& product : sample_products()) {
    std::string lower(product.name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    EXPECT_TRUE(names.insert(lower).second) << product.name;
    EXPECT_TRUE(slugs.contains(product.category)) << product.name;
    EXPECT_FALSE(product.description.empty()) << product.name;
  }
}

}  // namespace
}  // namespace product
