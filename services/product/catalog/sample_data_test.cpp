#include "services/product/catalog/sample_data.hpp"

#include "services/kit/encoding/text.hpp"

#include <set>

#include <gtest/gtest.h>

namespace product {
namespace {

TEST(SampleCatalog, StartsWithTheDocumentedProducts) {
  const auto products = sample_catalog().at("products");
  ASSERT_GE(products.size(), 40U);
  const std::vector<std::string> names{"Laptop", "Phone", "Smartphone", "Tablet", "Headphones"};
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(products[i].at("name"), names[i]);
  EXPECT_EQ(products[0].at("cents"), 99999);
  EXPECT_EQ(products[1].at("cents"), 49999);
}

TEST(SampleCatalog, HasUniqueNamesAndKnownCategories) {
  const auto catalog = sample_catalog();
  std::set<std::string> slugs{""}, names;
  for (const auto& category : catalog.at("categories")) {
    EXPECT_TRUE(slugs.contains(category.at("parent"))) << category << ": its parent must come first";
    EXPECT_TRUE(slugs.insert(category.at("slug")).second) << category;
  }
  slugs.erase("");
  for (const auto& product : catalog.at("products")) {
    EXPECT_TRUE(names.insert(kit::lower(product.at("name").get<std::string>())).second) << product;
    EXPECT_TRUE(slugs.contains(product.at("category"))) << product;
    EXPECT_FALSE(product.at("description").empty()) << product;
  }
}

}  // namespace
}  // namespace product
