#include "services/order/fulfilment/fulfilment_json.hpp"

#include "services/kit/error/problem.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

RefundRequest read(const char* body) { return read_refund(nlohmann::json::parse(body)); }

TEST(ReadRefund, RefusesWrongFields) {
  for (const auto* body :
       {R"({})", R"({"reason":""})", R"({"reason":"x","amount":"1"})", R"({"reason":"x","lines":[]})",
        R"({"reason":"x","lines":[{"product_id":1},{"product_id":1}]})",
        R"({"reason":"x","amount":1,"lines":[{"product_id":1}]})", R"({"reason":"x","y":1})"})
    EXPECT_THROW(read(body), kit::Problem) << body;
}

TEST(CanonicalRefund, IgnoresTheOrderOfFields) {
  EXPECT_EQ(canonical(read(R"({"reason":"x","amount":1})")),
            canonical(read(R"({"amount":1, "reason":"x"})")));
  EXPECT_NE(canonical(read(R"({"reason":"x","amount":1})")), canonical(read(R"({"reason":"x","amount":2})")));
  EXPECT_NE(canonical(read(R"({"reason":"x","amount":1})")), canonical(read(R"({"reason":"x"})")));
}

}  // namespace
}  // namespace order::api
