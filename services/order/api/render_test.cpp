#include "services/order/api/render.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using nlohmann::json;

const kit::Currency USD = *kit::Currency::parse("USD");

Order laptop() {
  Order order;
  order.id = kit::OrderId{1};
  order.state = State::Confirmed;
  order.was_confirmed = true;
  order.customer = {kit::UserId{1}, "Alice", "alice@example.com"};
  order.lines = {{kit::ProductId{1}, "Laptop", 1, kit::Money(99999, USD)}};
  order.total = kit::Money(99999, USD);
  order.placed_at = "2026-01-31T12:00:00.000Z";
  return order;
}

TEST(OrderAnswer, BeginsAsTheExampleSays) {
  const auto order = laptop();
  const auto response = order_answer(order, {order.customer, false});
  EXPECT_TRUE(response.body.starts_with(
      R"({"user_id":1,"product":"Laptop","user":{"name":"Alice","email":"alice@example.com"})"))
      << response.body;
  const auto body = json::parse(response.body);
  EXPECT_EQ(body["total"], 999.99);
  EXPECT_EQ(body["status"], "confirmed");
  EXPECT_EQ(body["lines"][0]["unit_price"], 999.99);
  EXPECT_FALSE(body.contains("user_unavailable"));
}

TEST(OrderAnswer, SaysWhenTheUserCannotBeShown) {
  const auto away = json::parse(order_answer(laptop(), {std::nullopt, true}).body);
  EXPECT_TRUE(away["user"].is_null());
  EXPECT_EQ(away["user_unavailable"], true);
  const auto erased = json::parse(order_answer(laptop(), {std::nullopt, false}).body);
  EXPECT_TRUE(erased["user"].is_null());
  EXPECT_FALSE(erased.contains("user_unavailable"));
}

TEST(PlacementAnswer, FollowsHowPlacingStands) {
  auto order = laptop();
  auto response = placement_answer(order, "product");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.get("location"), "/orders/1");
  EXPECT_TRUE(response.body.starts_with(R"({"order_id":1)"));
  const auto first = response.body;

  order.state = State::Shipped;
  EXPECT_EQ(placement_answer(order, "product").body, first) << "a repeat after it went on gets the same";
  order.state = State::Cancelled;
  EXPECT_EQ(placement_answer(order, "product").body, first);

  order.was_confirmed = false;
  order.state = State::Pending;
  EXPECT_EQ(placement_answer(order, "product").status, 202);
}

TEST(PlacementAnswer, SaysWhyItWasRefused) {
  auto order = laptop();
  order.was_confirmed = false;
  order.state = State::Rejected;
  order.reason =
      Reason{"insufficient_stock", json::parse(R"([{"product_id":1,"requested":2,"available":1}])")};
  try {
    placement_answer(order, "product");
    FAIL();
  } catch (const kit::Problem& problem) {
    EXPECT_EQ(problem.status(), 409);
    EXPECT_EQ(problem.body()["missing"][0]["available"], 1);
    EXPECT_EQ(problem.body()["order_id"], 1);
  }
  order.reason = Reason{"unknown_product", nullptr};
  try {
    placement_answer(order, "product_name");
    FAIL();
  } catch (const kit::Problem& problem) {
    EXPECT_EQ(problem.status(), 422);
    EXPECT_EQ(problem.fields().at(0).field, "product_name");
  }
}

TEST(HealthAnswer, HasTheServiceAndTheStatus) {
  EXPECT_EQ(health_answer(json::parse(R"({"status":"ok","checks":{}})")).status, 200);
  EXPECT_EQ(health_answer(json::parse(R"({"status":"degraded","checks":{}})")).status, 200);
  const auto down =
      health_answer(json::parse(R"({"status":"unavailable","checks":{"database":{"status":"error"}}})"));
  EXPECT_EQ(down.status, 503);
  EXPECT_TRUE(down.body.starts_with(R"({"status":"unavailable","service":"order","checks":{"database")"));
}

}  // namespace
}  // namespace order::api
