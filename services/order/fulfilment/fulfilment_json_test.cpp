#include "services/order/fulfilment/fulfilment_json.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

RefundRequest read(const char* body) { return read_refund(nlohmann::json::parse(body)); }

TEST(CanonicalRefund, IgnoresTheOrderOfFields) {
  EXPECT_EQ(canonical(read(R"({"reason":"x","amount":1})")),
            canonical(read(R"({"amount":1, "reason":"x"})")));
  EXPECT_NE(canonical(read(R"({"reason":"x","amount":1})")), canonical(read(R"({"reason":"x","amount":2})")));
  EXPECT_NE(canonical(read(R"({"reason":"x","amount":1})")), canonical(read(R"({"reason":"x"})")));
}

}  // namespace
}  // namespace order::api
