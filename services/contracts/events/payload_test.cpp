#include "services/contracts/events/order.hpp"
#include "services/contracts/events/product.hpp"
#include "services/contracts/events/user.hpp"

#include <gtest/gtest.h>

namespace contracts {
namespace {

using kit::messaging::Unreadable;
using nlohmann::json;

TEST(Payload, IsReadAsWritten) {
  const auto order =
      json::parse(R"({"order_id":3,"user_id":2,"user":{"id":2,"name":"Bob","email":"bob@x.org"},
      "lines":[{"product_id":4,"name":"Tablet","product":"Tablet","quantity":2,"unit_price":{"minor":1,"currency":"USD"}}],
      "total":{"minor":2,"currency":"USD"},"reason":"x","refunded":{"minor":2,"currency":"USD"},"refund_id":9,
      "amount":{"minor":2,"currency":"USD"},"refunded_total":{"minor":2,"currency":"USD"},"carrier":"DHL",
      "tracking_number":"1"})");
  EXPECT_EQ(to_json(read<OrderEvent>(order)), order);
  const auto user = json::parse(R"({"user_id":1,"name":"A","email":"a@x.org","kind":"guest","token":"t",
      "expires_at":"2026-01-31T12:00:00Z"})");
  EXPECT_EQ(to_json(read<UserEvent>(user)), user);
  const auto product = json::parse(R"({"product_id":1,"name":"A","unit_price":{"minor":1,"currency":"USD"},
      "retired":false,"available":0})");
  EXPECT_EQ(to_json(read<ProductEvent>(product)), product);
}

TEST(Payload, LeavesOutEmptyMembers) {
  EXPECT_EQ(to_json(OrderEvent{.order = {3}}), json::parse(R"({"order_id":3})"));
  const auto read_nulls =
      read<OrderEvent>(json::parse(R"({"order_id":3,"total":null,"lines":null,"other":1})"));
  EXPECT_EQ(to_json(read_nulls), json::parse(R"({"order_id":3})"));
}

TEST(Payload, RefusesMalformedFields) {
  for (const auto* bad :
       {"null", "[]", "7", "{}", R"({"order_id":"7"})", R"({"order_id":0})", R"({"order_id":-1})",
        R"({"order_id":1.5})", R"({"order_id":null})", R"({"order_id":1,"user":7})",
        R"({"order_id":1,"user":{}})", R"({"order_id":1,"lines":"none"})", R"({"order_id":1,"lines":[7]})",
        R"({"order_id":1,"total":7})",
        R"({"order_id":1,"lines":[{"unit_price":{"minor":1,"currency":"???"}}]})",
        R"({"order_id":1,"reason":7})"})
    EXPECT_THROW(read<OrderEvent>(json::parse(bad)), Unreadable) << bad;
  EXPECT_THROW(user_of(read<UserEvent>(json::object())), Unreadable);
}

}  // namespace
}  // namespace contracts
