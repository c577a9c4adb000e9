#include "services/order/api/cart_json.hpp"

#include "services/order/domain/testing/carts.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using nlohmann::json;

TEST(CartJson, ShowsPresentNamesAndPrices) {
  const auto now = offers({offer(TABLET, "Tablet 2", 30000, 1), offer(LAPTOP, "Laptop", 99999)});
  EXPECT_EQ(
      render(sample_cart(), &now, USD).dump(),
      R"({"lines":[{"product_id":4,"name":"Tablet 2","quantity":2,"unit_price":300.0,"currency":"USD",)"
      R"("available":false,"retired":false,"line_total":600.0,"price_changed_from":299.99},)"
      R"({"product_id":1,"name":"Laptop","quantity":1,"unit_price":999.99,"currency":"USD","available":true,)"
      R"("retired":false,"line_total":999.99}],"total":1599.99,"currency":"USD","stale":false})");
}

TEST(CartJson, LeavesRetiredProductsOutOfTheTotal) {
  auto now = offers({offer(TABLET, "Tablet", 29999)});
  now.asked.insert(LAPTOP);
  now.found.at(TABLET).retired = true;
  const auto shown = json::parse(render(sample_cart(), &now, USD).dump());
  for (const auto& line : shown.at("lines")) {
    EXPECT_EQ(line.at("retired"), true);
    EXPECT_EQ(line.at("available"), false);
  }
  EXPECT_EQ(shown.at("total"), 0);
}

TEST(CartJson, ShowsTheCartAsLastSeenWithoutOffers) {
  const auto shown = json::parse(render(sample_cart(), nullptr, USD).dump());
  EXPECT_EQ(shown.at("stale"), true);
  EXPECT_EQ(shown.at("total"), 1599.97);
  EXPECT_TRUE(shown.at("lines")[0].at("available").is_null());
  const auto some = offers({offer(TABLET, "Tablet", 29999)});
  const auto partly = json::parse(render(sample_cart(), &some, USD).dump());
  EXPECT_TRUE(partly.at("lines")[1].at("retired").is_null()) << "put there meanwhile, so not asked for";
  EXPECT_EQ(json::parse(render(Cart{}, nullptr, USD).dump()),
            json::parse(R"({"lines":[],"total":0,"currency":"USD","stale":true})"));
}

}  // namespace
}  // namespace order::api
