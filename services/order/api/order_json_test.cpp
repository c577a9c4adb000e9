#include "services/order/api/order_json.hpp"

#include "services/order/domain/testing/orders.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using nlohmann::json;

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
