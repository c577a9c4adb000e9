#include "services/order/api/placement_json.hpp"

#include "services/kit/error/testing.hpp"
#include "services/order/domain/testing/orders.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using nlohmann::json;

/// The wrong fields, joined.
std::string complaints(const json& body, std::optional<kit::UserId> self = std::nullopt) {
  return kit::refused([&] { read_placement(body, self); });
}

TEST(ReadPlacement, CollectsAllWrongFields) {
  EXPECT_EQ(complaints(json::object()), "user_id,product");
  EXPECT_EQ(complaints({{"user_id", 1.5}, {"product_name", ""}, {"quantity", 1e30}}),
            "user_id,product_name,quantity");
}

TEST(ReadPlacement, TakesTheUserOfTheTokenByDefault) {
  EXPECT_EQ(read_placement({{"product", "x"}}, kit::UserId{7}).user, kit::UserId{7});
  EXPECT_EQ(read_placement({{"user_id", 8}, {"product", "x"}}, kit::UserId{7}).user, kit::UserId{8});
}

TEST(ReadPlacement, ReadsSeveralLines) {
  const auto placement = read_placement(
      json::parse(
          R"({"lines":[{"product_id":4,"quantity":2},{"product":"Tablet"}],"payment":{"method":"card_ok"}})"),
      kit::UserId{7});
  EXPECT_FALSE(placement.short_form);
  ASSERT_EQ(placement.lines.size(), 2U);
  EXPECT_EQ(placement.lines[0].product, contracts::ProductId{4});
  EXPECT_EQ(placement.lines[0].quantity, 2);
  EXPECT_EQ(placement.lines[0].field, "lines[0].product_id");
  EXPECT_EQ(placement.lines[1].name, "Tablet");
  EXPECT_EQ(placement.payment_method, "card_ok");
  EXPECT_EQ(placement.product_field(), "lines");
}

TEST(ReadPlacement, NamesEveryWrongFieldOfLines) {
  const auto lines = [](const char* text) {
    return complaints({{"user_id", 1}, {"lines", json::parse(text)}});
  };
  EXPECT_EQ(lines("[]"), "lines");
  EXPECT_EQ(lines("{}"), "lines");
  EXPECT_EQ(lines("[7]"), "lines[0]");
  EXPECT_EQ(lines(R"([{"quantity":1}])"), "lines[0].product_id");
  EXPECT_EQ(lines(R"([{"product_id":1,"product":"x"}])"), "lines[0].product_id");
  EXPECT_EQ(lines(R"([{"product_id":1},{"product_id":-1,"quantity":0,"x":1}])"),
            "lines[1].product_id,lines[1].quantity,lines[1].x");
  json many;
  for (int i = 1; i <= 51; ++i) many.push_back({{"product_id", i}});
  EXPECT_EQ(complaints({{"user_id", 1}, {"lines", many}}), "lines");
  many.erase(0);
  EXPECT_EQ(complaints({{"user_id", 1}, {"lines", many}}), "");
  EXPECT_EQ(complaints({{"user_id", 1}, {"lines", many}, {"product", "x"}, {"quantity", 2}}),
            "product,quantity");
  EXPECT_EQ(complaints({{"user_id", 1}, {"lines", many}, {"payment", "cash"}}), "payment");
  EXPECT_EQ(complaints({{"user_id", 1}, {"lines", many}, {"payment", {{"number", "4242"}}}}),
            "payment.method,payment.number");
}

TEST(CanonicalPlacement, IgnoresTheOrderAndSpellingOfFields) {
  const auto a = read_placement(json::parse(R"({"user_id":1,"product":"x"})"), std::nullopt);
  const auto b =
      read_placement(json::parse(R"({"quantity":1, "product_name":"x", "user_id":1})"), std::nullopt);
  const auto c = read_placement(json::parse(R"({"quantity":2, "product":"x", "user_id":1})"), std::nullopt);
  EXPECT_EQ(canonical(a), canonical(b));
  EXPECT_NE(canonical(a), canonical(c));
}

TEST(PlacementAnswer, IsTheSameForRepeats) {
  auto order = laptop();
  auto response = placement_answer(order, "product");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.get("location"), "/orders/1");
  EXPECT_TRUE(response.body.starts_with(R"({"order_id":1)"));
  const auto first = response.body;

  order.state = State::Shipped;
  EXPECT_EQ(placement_answer(order, "product").body, first) << "shipping does not change the answer";
  order.state = State::Cancelled;
  EXPECT_EQ(placement_answer(order, "product").body, first);

  order.was_confirmed = false;
  order.state = State::Pending;
  EXPECT_EQ(placement_answer(order, "product").status, 202);
}

TEST(PlacementAnswer, NamesTheReasonOfARefusal) {
  auto order = laptop();
  order.was_confirmed = false;
  order.state = State::Rejected;
  order.reason = Reason{"unknown_product"};
  EXPECT_EQ(kit::refused([&] { placement_answer(order, "product_name"); }), "product_name");
}

}  // namespace
}  // namespace order::api
