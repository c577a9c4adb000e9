#include "services/product/catalog/product_data.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");

std::string wrong(const json& body) {
  return kit::refused([&] { read_product_data(body, USD); });
}

json with(const std::string& field, json value) {
  json body{{"name", "Lamp"}, {"price", 9.99}};
  body[field] = std::move(value);
  return body;
}

TEST(ProductData, RoundTripsThroughJson) {
  const json body{{"name", " Lamp "},
                  {"price", 9.99},
                  {"description", "Lights\nup"},
                  {"category", "home"},
                  {"images", {"https://a.example/1.png"}},
                  {"attributes", {{"watt", 5}, {"on", true}}}};
  const auto data = read_product_data(body, USD);
  EXPECT_EQ(data.name, "Lamp");
  EXPECT_EQ(data.price.minor(), 999);
  EXPECT_EQ(read_product_data(to_json(data), USD).attributes, data.attributes);
}

TEST(ProductData, NamesEachWrongField) {
  EXPECT_EQ(wrong(json::object()), "name,price");
  for (const json& price : std::vector<json>{-1, 1.999, "9.99", nullptr, 1e30, true, json::array()})
    EXPECT_EQ(wrong(with("price", price)), "price") << price;
  EXPECT_EQ(wrong(with("name", std::string(201, 'a'))), "name");
  EXPECT_EQ(wrong(with("name", "a\nb")), "name");
  EXPECT_EQ(wrong(with("colour", "red")), "colour");
  EXPECT_EQ(wrong(with("images", json(std::vector<std::string>(11, "https://a.example/")))), "images");
  EXPECT_EQ(wrong(with("images", {"https://a.example/", "ftp://x", 7})), "images[1],images[2]");
}

TEST(ProductData, BoundsAttributesAndTheirValues) {
  EXPECT_TRUE(wrong(with("attributes", {{"a", "x"}, {"b", 1.5}, {"c", false}})).empty());
  EXPECT_EQ(wrong(with("attributes", {{"a", json::array()}, {"b", nullptr}})), "attributes.a,attributes.b");
  EXPECT_EQ(wrong(with("attributes", json::array())), "attributes");
  json many = json::object();
  for (int i = 0; i < 51; ++i) many[std::to_string(i)] = i;
  EXPECT_EQ(wrong(with("attributes", many)), "attributes");
  EXPECT_FALSE(wrong(with("attributes", {{std::string(65, 'k'), 1}})).empty());
  EXPECT_FALSE(wrong(with("attributes", {{"k", std::string("\0", 1)}})).empty());
}

TEST(ProductData, MergePatchChangesOnlyNamedFields) {
  const auto before = read_product_data(
      {{"name", "Lamp"}, {"price", 5}, {"category", "home"}, {"attributes", {{"a", 1}, {"b", 2}}}}, USD);
  const auto after =
      patched(before, {{"price", 6.5}, {"category", nullptr}, {"attributes", {{"a", nullptr}, {"c", 3}}}});
  EXPECT_EQ(after.name, "Lamp");
  EXPECT_EQ(after.price.minor(), 650);
  EXPECT_EQ(after.category, std::nullopt);
  EXPECT_EQ(after.attributes, (json{{"b", 2}, {"c", 3}}));
  EXPECT_THROW(patched(before, {{"name", nullptr}}), kit::Problem);
  EXPECT_THROW(patched(before, json::array()), kit::Problem);
}

TEST(ImageUrl, AcceptsHttpAndHttpsWithAHost) {
  for (const char* good : {"https://a.example/x.png", "http://a.example", "https://a.example:8443/x?y=1#z",
                           "https://[2001:db8::1]:80/x", "https://a.example/%C3%A4"})
    EXPECT_EQ(image_url_error(good), "") << good;
  for (const char* bad : {"", "a.png", "//a.example/x", "javascript:alert(1)", "data:image/png;base64,AA",
                          "https://", "https:///x", "https://a b/", "https://u:p@a.example/",
                          "https://a.example:99999/", "https://a.example:/", "https://a..example/",
                          "https://\xc3\xa4/", "https://a.example/<", "https://a.example/\n", "https://[::1"})
    EXPECT_NE(image_url_error(bad), "") << bad;
  EXPECT_NE(image_url_error("https://a.example/" + std::string(2000, 'x')), "");
}

}  // namespace
}  // namespace product
