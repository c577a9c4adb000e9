#include "services/product/import/import_line.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");

std::string wrong_field(const json& object) {
  LineErrors errors;
  if (read_import_line(7, object, USD, errors)) return "";
  EXPECT_EQ(errors.sorted().at(0).line, 7);
  return errors.sorted().at(0).field;
}

json with(const char* field, json value) {
  json out{{"name", "Lamp"}, {"price", 1}};
  out[field] = std::move(value);
  return out;
}

TEST(ReadImportLine, RequiresOnlyNameAndPrice) {
  LineErrors errors;
  const auto line = read_import_line(1, {{"name", "Lamp"}, {"price", "19.90"}}, USD, errors);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->price_minor, 1990);
  EXPECT_EQ(line->sku, std::nullopt);
  EXPECT_EQ(line->stock, 0);
  EXPECT_EQ(read_import_line(1, with("price", 19.9), USD, errors)->price_minor, 1990);
  EXPECT_TRUE(errors.none());
}

TEST(ReadImportLine, NamesEachWrongField) {
  EXPECT_EQ(wrong_field(json::array()), "line");
  EXPECT_EQ(wrong_field({{"price", 1}}), "name");
  EXPECT_EQ(wrong_field({{"name", "x"}}), "price");
  for (const json& price : {json("1.999"), json(-1), json("1,5"), json("1e3"), json(true), json("")})
    EXPECT_EQ(wrong_field(with("price", price)), "price") << price;
  EXPECT_EQ(wrong_field(with("currency", "EUR")), "currency");
  EXPECT_EQ(wrong_field(with("stock", -1)), "stock");
  EXPECT_EQ(wrong_field(with("stock", "many")), "stock");
  EXPECT_EQ(wrong_field(with("sku", "a b")), "sku");
  EXPECT_EQ(wrong_field(with("images", json::array({"javascript:alert(1)"}))), "images[0]");
  EXPECT_EQ(wrong_field(with("images", json::array({"https://"}))), "images[0]");
  EXPECT_EQ(wrong_field(with("attributes", {{"size", json::array()}})), "attributes.size");
  EXPECT_EQ(wrong_field(with("id", 1)), "id");
  EXPECT_EQ(wrong_field(with("description", std::string(10001, 'x'))), "description");
}

// Otherwise staff could not edit an imported product.
TEST(ReadImportLine, AppliesTheRulesOfProductData) {
  EXPECT_EQ(wrong_field(with("name", "two\nlines")), "name");
  EXPECT_EQ(wrong_field(with("name", "  ")), "name");
  EXPECT_EQ(wrong_field(with("images", json::array({"https://user:secret@shop.example/1"}))), "images[0]");
  EXPECT_EQ(wrong_field(with("attributes", {{"colour", "dark\tred"}})), "attributes.colour");
  LineErrors errors;
  EXPECT_EQ(read_import_line(1, with("name", " Desk lamp\t"), USD, errors)->name, "Desk lamp");
  const auto line = read_import_line(1, with("attributes", {{"note", std::string(250, 'x')}}), USD, errors);
  EXPECT_EQ(line->attributes->at("note"), std::string(250, 'x'));
  std::string accents;
  for (int i = 0; i < 400; ++i) accents += "\u00e9";
  EXPECT_TRUE(read_import_line(1, with("attributes", {{"note", accents}}), USD, errors))
      << "characters count";
  const auto empty = read_import_line(1, with("images", nullptr), USD, errors);
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->images, std::nullopt);
}

TEST(LineErrors, KeepsABoundedNumber) {
  LineErrors errors;
  for (int i = 5000; i > 0; --i) errors.add(i, "name", "is required");
  EXPECT_EQ(errors.total(), 5000);
  EXPECT_EQ(errors.sorted().size(), LineErrors::SHOWN);
  EXPECT_LT(errors.sorted().front().line, errors.sorted().back().line);
}

TEST(ReadColumns, NamesEachWrongField) {
  LineErrors errors;
  EXPECT_EQ(read_columns(1, {"name", "price"}, errors).size(), 2U);
  EXPECT_TRUE(errors.none());
  EXPECT_TRUE(read_columns(1, {"name"}, errors).empty());
  EXPECT_TRUE(read_columns(1, {"name", "price", "Name"}, errors).empty());
  EXPECT_TRUE(read_columns(1, {"name", "price", "name"}, errors).empty());
  EXPECT_TRUE(read_columns(1, {"name", "price", "\xff"}, errors).empty());
}

TEST(ObjectOf, ConvertsCellsToValues) {
  LineErrors errors;
  const auto object =
      object_of(2, {"name", "price", "stock", "images", "attributes", "sku"},
                {"Lamp", "1.50", "3", "https://a/1 https://a/2", R"({"watt":5})", ""}, errors);
  ASSERT_TRUE(object);
  EXPECT_EQ(*object, (json{{"name", "Lamp"},
                           {"price", "1.50"},
                           {"stock", 3},
                           {"images", {"https://a/1", "https://a/2"}},
                           {"attributes", {{"watt", 5}}}}));
  EXPECT_EQ(object_of(2, {"description"}, {"one\r\ntwo\nthree"}, errors)->at("description"),
            "one\ntwo\nthree")
      << "a file from Windows";
  EXPECT_FALSE(object_of(2, {"name", "price"}, {"Lamp"}, errors));
  EXPECT_FALSE(object_of(2, {"name", "price"}, {"L\xE4mp", "1"}, errors));
  EXPECT_FALSE(object_of(2, {"name", "attributes"}, {"Lamp", "{"}, errors));
  EXPECT_EQ(errors.total(), 3);
}

}  // namespace
}  // namespace product
