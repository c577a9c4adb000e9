#include "services/order/api/order_routes.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using kit::http::Request;

std::optional<std::string> from(const char* text) {
  Request request;
  request.principal = kit::identity::Principal{kit::UserId{7}, kit::identity::Role::Staff, "", {}};
  request.query = {{"from", text}};
  return read_filter(request).from;
}

TEST(OrderFilter, NormalizesTimes) {
  EXPECT_EQ(from("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(from("2026-01-31T12:00:00.5+01:00"), "2026-01-31T11:00:00.500Z");
  EXPECT_EQ(from("2024-02-29T23:59:60z"), "2024-03-01T00:00:00.000Z");
  EXPECT_EQ(from("0000-01-01T00:00:00+23:59"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(from("9999-12-31T23:59:59-23:59"), "2200-01-01T00:00:00.000Z");
  for (const char* bad : {"", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z",
                          "2026-01-01T00:00:00Z ", "now", "-infinity"})
    EXPECT_THROW(from(bad), kit::Problem) << bad;
}

}  // namespace
}  // namespace order::api
