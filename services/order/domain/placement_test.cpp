#include "services/order/domain/placement.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

/// The fields that are complained of, joined.
std::string complaints(const json& body, std::optional<kit::UserId> self = std::nullopt) {
  return kit::refused([&] { read_placement(body, self); });
}

TEST(ReadPlacement, ReadsTheExamples) {
  const auto tablet = read_placement({{"user_id", 2}, {"product", "Tablet"}}, std::nullopt);
  EXPECT_EQ(tablet.user, kit::UserId{2});
  EXPECT_EQ(tablet.lines.at(0).name, "Tablet");
  EXPECT_EQ(tablet.lines.at(0).quantity, 1);
  const auto headphones =
      read_placement({{"user_id", 1}, {"product_name", "Headphones"}, {"quantity", 1000}}, std::nullopt);
  EXPECT_EQ(headphones.lines.at(0).name, "Headphones");
  EXPECT_EQ(headphones.product_field(), "product_name");
  EXPECT_EQ(headphones.lines.at(0).quantity, 1000);
}

TEST(ReadPlacement, NamesWhatIsWrong) {
  EXPECT_EQ(complaints(json::object()), "user_id,product");
  EXPECT_EQ(complaints({{"user_id", "2"}, {"product", 7}}), "user_id,product");
  EXPECT_EQ(complaints({{"user_id", 0}, {"product", "x"}}), "user_id");
  EXPECT_EQ(complaints({{"user_id", 1.5}, {"product_name", ""}}), "user_id,product_name");
  for (const json& quantity : {json(0), json(-1), json(1001), json(1e30), json("1"), json(true), json(1.5)})
    EXPECT_EQ(complaints({{"user_id", 1}, {"product", "x"}, {"quantity", quantity}}), "quantity") << quantity;
  EXPECT_EQ(complaints({{"user_id", 1}, {"product", "x"}, {"product_name", "y"}}), "product_name");
  EXPECT_EQ(complaints({{"user_id", 1}, {"product", std::string(201, 'x')}}), "product");
  EXPECT_EQ(complaints({{"user_id", 1}, {"product", std::string("a\0b", 3)}}), "product");
  EXPECT_EQ(complaints({{"user_id", 1}, {"product", "x"}, {"price", 1}}), "price");
  EXPECT_EQ(complaints(json::array()), "body");
}

TEST(ReadPlacement, OneWithATokenNeedNotSayWho) {
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
  EXPECT_EQ(placement.lines[0].product, kit::ProductId{4});
  EXPECT_EQ(placement.lines[0].quantity, 2);
  EXPECT_EQ(placement.lines[0].field, "lines[0].product_id");
  EXPECT_EQ(placement.lines[1].name, "Tablet");
  EXPECT_EQ(placement.payment_method, "card_ok");
  EXPECT_EQ(placement.product_field(), "lines");
}

TEST(ReadPlacement, NamesWhatIsWrongWithLines) {
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

const std::optional<Found> TABLET = Found{kit::ProductId{4}, "Tablet", false};
const std::optional<Found> RADIO = Found{kit::ProductId{9}, "Radio", true};

Wish wish(const char* name, std::int64_t quantity, const char* field) {
  return {std::nullopt, name, quantity, field};
}

TEST(OrderLines, AreOneAProduct) {
  const auto lines = order_lines(
      {wish("tablet", 2, "lines[0].product"), wish("TABLET", 3, "lines[1].product")}, {TABLET, TABLET});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].quantity, 5);
  EXPECT_EQ(lines[0].name, "Tablet");
  EXPECT_THROW(order_lines({wish("tablet", 600, "lines[0].product"), wish("tablet", 401, "lines[1].product")},
                           {TABLET, TABLET}),
               kit::Problem);
  EXPECT_EQ(order_lines_unseen({wish("a", 1, "f"), wish("A", 1, "f"), wish("b", 1, "f")}).size(), 2U);
}

TEST(OrderLines, SayAllThatCannotBeHad) {
  const std::vector<Wish> wishes{wish("a", 1, "lines[0].product"), wish("b", 1, "lines[1].product"),
                                 wish("c", 1, "lines[2].product")};
  const auto refused = [&](const std::vector<std::optional<Found>>& found) {
    try {
      order_lines(wishes, found);
    } catch (const NotOnSale& error) {
      return problem_of(error).body();
    }
    return json();
  };
  const auto unknown = refused({std::nullopt, TABLET, RADIO});
  EXPECT_EQ(unknown["status"], 422);
  EXPECT_EQ(unknown["errors"].size(), 2U);
  const auto retired = refused({TABLET, TABLET, RADIO});
  EXPECT_EQ(retired["status"], 409);
  EXPECT_EQ(retired["retired"], json::parse(R"([{"product_id":9,"product":"Radio"}])"));
}

TEST(Canonical, IsTheSameForWhatMeansTheSame) {
  const auto a = read_placement(json::parse(R"({"user_id":1,"product":"x"})"), std::nullopt);
  const auto b =
      read_placement(json::parse(R"({"quantity":1, "product_name":"x", "user_id":1})"), std::nullopt);
  const auto c = read_placement(json::parse(R"({"quantity":2, "product":"x", "user_id":1})"), std::nullopt);
  EXPECT_EQ(canonical(a), canonical(b));
  EXPECT_NE(canonical(a), canonical(c));
}

}  // namespace
}  // namespace order
