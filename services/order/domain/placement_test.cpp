#include "services/order/domain/placement.hpp"

#include "services/kit/error/problem.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

/// The fields that are complained of, joined.
std::string complaints(const json& body, std::optional<kit::UserId> self = std::nullopt) {
  try {
    read_placement(body, self);
    return "";
  } catch (const kit::Problem& problem) {
    EXPECT_EQ(problem.status(), 422);
    std::string out;
    for (const auto& [field, reason] : problem.fields()) out += (out.empty() ? "" : ",") + field;
    return out;
  }
}

TEST(ReadPlacement, ReadsTheExamples) {
  const auto tablet = read_placement({{"user_id", 2}, {"product", "Tablet"}}, std::nullopt);
  EXPECT_EQ(tablet.user, kit::UserId{2});
  EXPECT_EQ(tablet.product, "Tablet");
  EXPECT_EQ(tablet.quantity, 1);
  const auto headphones =
      read_placement({{"user_id", 1}, {"product_name", "Headphones"}, {"quantity", 1000}}, std::nullopt);
  EXPECT_EQ(headphones.product, "Headphones");
  EXPECT_EQ(headphones.product_field, "product_name");
  EXPECT_EQ(headphones.quantity, 1000);
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
