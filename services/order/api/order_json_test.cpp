#include "services/order/api/order_json.hpp"

#include "services/order/domain/testing/orders.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using nlohmann::json;

TEST(OrderAnswer, BeginsLikeTheExample) {
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

TEST(OrderAnswer, NamesAnUnavailableUser) {
  const auto unavailable = json::parse(order_answer(laptop(), {std::nullopt, true}).body);
  EXPECT_TRUE(unavailable["user"].is_null());
  EXPECT_EQ(unavailable["user_unavailable"], true);
  const auto erased = json::parse(order_answer(laptop(), {std::nullopt, false}).body);
  EXPECT_TRUE(erased["user"].is_null());
  EXPECT_FALSE(erased.contains("user_unavailable"));
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
