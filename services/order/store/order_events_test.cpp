#include "services/order/store/order_events.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

using nlohmann::json;

Order sample() {
  Order order;
  order.id = kit::OrderId{3};
  order.customer = {kit::UserId{2}, "Bob", "bob@example.com"};
  order.lines = {{std::nullopt, "tablet", 2, std::nullopt}};
  order.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  return order;
}

TEST(OrderEvents, HaveTheAgreedShape) {
  const auto order = sample();
  const kit::Money price(29999, *kit::Currency::parse("USD"));
  const std::vector<OrderLine> lines{{kit::ProductId{4}, "Tablet", 2, price}};

  const auto placed = placed_event(order);
  EXPECT_EQ(placed.type, "order.placed");
  EXPECT_EQ(placed.source, "/shopkeeper/order");
  EXPECT_EQ(placed.subject, "order/3");
  EXPECT_EQ(placed.traceparent, order.traceparent);
  EXPECT_EQ(placed.data,
            json::parse(R"({"order_id":3,"user_id":2,"user":{"id":2,"name":"Bob","email":"bob@example.com"},
      "lines":[{"product":"tablet","name":"tablet","quantity":2}]})"));

  const auto confirmed = confirmed_event(order, lines, total_of(lines));
  EXPECT_EQ(confirmed.type, "order.confirmed");
  EXPECT_EQ(confirmed.data,
            json::parse(R"({"order_id":3,"user_id":2,"user":{"id":2,"name":"Bob","email":"bob@example.com"},
      "lines":[{"product_id":4,"name":"Tablet","quantity":2,"unit_price":{"minor":29999,"currency":"USD"}}],
      "total":{"minor":59998,"currency":"USD"}})"));

  const auto rejected = ended_event(order, State::Rejected, {"insufficient_stock"}, std::nullopt);
  EXPECT_EQ(rejected.type, "order.rejected");
  EXPECT_EQ(rejected.data["reason"], "insufficient_stock");
  EXPECT_EQ(rejected.data["user_id"], 2);
  EXPECT_FALSE(rejected.data.contains("refunded"));
  const auto cancelled = ended_event(order, State::Cancelled, {"gave_up"}, price);
  EXPECT_EQ(cancelled.type, "order.cancelled");
  EXPECT_EQ(cancelled.data["refunded"], json::parse(R"({"minor":29999,"currency":"USD"})"));
}

}  // namespace
}  // namespace order
