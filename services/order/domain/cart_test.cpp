#include "services/order/domain/cart.hpp"

#include "services/kit/error/problem.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");
constexpr kit::ProductId TABLET{4};
constexpr kit::ProductId LAPTOP{1};

Offer offer(kit::ProductId id, const char* name, std::int64_t minor, std::int64_t available = 100) {
  return {id, name, kit::Money(minor, USD), available, false};
}

Offers offers(std::vector<Offer> all) {
  Offers out;
  for (auto& one : all) {
    out.asked.insert(one.id);
    out.found.emplace(one.id, one);
  }
  return out;
}

Cart sample() {
  Cart cart;
  cart.put(offer(TABLET, "Tablet", 29999), 2);
  cart.put(offer(LAPTOP, "Laptop", 99999), 1);
  return cart;
}

TEST(Cart, HasOneLineForAProduct) {
  auto cart = sample();
  cart.put(offer(TABLET, "Tablet", 19999), 5);
  ASSERT_EQ(cart.lines.size(), 2u);
  EXPECT_EQ(cart.find(TABLET)->quantity, 5);
  EXPECT_EQ(cart.find(TABLET)->put_price.minor(), 19999) << "who sets the quantity has seen the price";
  EXPECT_TRUE(cart.set_quantity(LAPTOP, 3));
  EXPECT_FALSE(cart.set_quantity(kit::ProductId{9}, 3));
  EXPECT_EQ(cart.find(LAPTOP)->quantity, 3);
  EXPECT_TRUE(cart.remove(TABLET));
  EXPECT_FALSE(cart.remove(TABLET));
  EXPECT_EQ(cart.products(), std::vector{LAPTOP});
}

TEST(Cart, IsReducedByWhatIsOrdered) {
  auto cart = sample();
  EXPECT_FALSE(cart.reduce(TABLET, 3)) << "there are two";
  EXPECT_FALSE(cart.reduce(kit::ProductId{9}, 1));
  EXPECT_TRUE(cart.reduce(TABLET, 1));
  EXPECT_EQ(cart.find(TABLET)->quantity, 1);
  EXPECT_TRUE(cart.reduce(TABLET, 1));
  EXPECT_EQ(cart.find(TABLET), nullptr);
}

kit::Problem refusal(const Cart& cart, const Offers& now) {
  try {
    require_orderable(cart, now);
  } catch (const kit::Problem& problem) {
    return problem;
  }
  return kit::Problem(200, "none");
}

TEST(Cart, IsOrderedOnlyWhenAllOfItCanBeHad) {
  EXPECT_EQ(refusal(Cart{}, Offers{}).title(), "Cart empty");
  auto now = offers({offer(TABLET, "Tablet", 1, 2), offer(LAPTOP, "Laptop", 1, 1)});
  EXPECT_EQ(refusal(sample(), now).status(), 200);
  now.found.at(TABLET).available = 1;
  EXPECT_EQ(refusal(sample(), now).body().at("missing").dump(),
            R"([{"available":1,"product":"Tablet","product_id":4,"requested":2}])");
  now.found.at(TABLET).retired = true;
  now.found.erase(LAPTOP);
  EXPECT_EQ(refusal(sample(), now).body().at("retired").dump(),
            R"([{"product":"Tablet","product_id":4},{"product":"Laptop","product_id":1}])");
}

TEST(Cart, IsBounded) {
  Cart cart;
  for (int i = 1; i <= 50; ++i) cart.put(offer(kit::ProductId{i}, "x", 100), 1);
  EXPECT_THROW(cart.put(offer(kit::ProductId{51}, "x", 100), 1), kit::Problem);
  cart.put(offer(kit::ProductId{50}, "x", 100), 2);
  EXPECT_EQ(cart.lines.size(), 50u);
}

TEST(Cart, IsShownWithPresentNamesAndPrices) {
  const auto now = offers({offer(TABLET, "Tablet 2", 30000, 1), offer(LAPTOP, "Laptop", 99999)});
  EXPECT_EQ(
      render(sample(), &now, USD).dump(),
      R"({"lines":[{"product_id":4,"name":"Tablet 2","quantity":2,"unit_price":300.0,"currency":"USD",)"
      R"("available":false,"retired":false,"line_total":600.0,"price_changed_from":299.99},)"
      R"({"product_id":1,"name":"Laptop","quantity":1,"unit_price":999.99,"currency":"USD","available":true,)"
      R"("retired":false,"line_total":999.99}],"total":1599.99,"currency":"USD","stale":false})");
}

TEST(Cart, DoesNotCountWhatCannotBeHadAnyMore) {
  auto now = offers({offer(TABLET, "Tablet", 29999)});
  now.asked.insert(LAPTOP);
  now.found.at(TABLET).retired = true;
  const auto shown = json::parse(render(sample(), &now, USD).dump());
  for (const auto& line : shown.at("lines")) {
    EXPECT_EQ(line.at("retired"), true);
    EXPECT_EQ(line.at("available"), false);
  }
  EXPECT_EQ(shown.at("total"), 0);
}

TEST(Cart, IsShownAsLastSeenWhileNothingElseIsKnown) {
  const auto shown = json::parse(render(sample(), nullptr, USD).dump());
  EXPECT_EQ(shown.at("stale"), true);
  EXPECT_EQ(shown.at("total"), 1599.97);
  EXPECT_TRUE(shown.at("lines")[0].at("available").is_null());
  const auto some = offers({offer(TABLET, "Tablet", 29999)});
  const auto partly = json::parse(render(sample(), &some, USD).dump());
  EXPECT_TRUE(partly.at("lines")[1].at("retired").is_null()) << "it was not asked for: put there meanwhile";
  EXPECT_EQ(json::parse(render(Cart{}, nullptr, USD).dump()),
            json::parse(R"({"lines":[],"total":0,"currency":"USD","stale":true})"));
}

TEST(Cart, RemembersWhatWasSeen) {
  const auto cart = sample();
  EXPECT_TRUE(refreshed(cart, offers({offer(TABLET, "Tablet", 29999)})).empty());
  const auto seen = refreshed(cart, offers({offer(TABLET, "Tablet 2", 1)}));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].name, "Tablet 2");
  EXPECT_EQ(seen[0].unit_price.minor(), 1);
  EXPECT_EQ(seen[0].put_price.minor(), 29999);
}

TEST(Cart, ReadsQuantities) {
  EXPECT_EQ(read_quantity(json::parse(R"({"quantity":1000})")), 1000);
  for (const char* bad : {"{}", "[]", R"({"quantity":0})", R"({"quantity":1001})", R"({"quantity":"1"})",
                          R"({"quantity":1.5})", R"({"quantity":null})", R"({"quantity":1,"x":1})"})
    EXPECT_THROW(read_quantity(json::parse(bad)), kit::Problem) << bad;
}

}  // namespace
}  // namespace order
