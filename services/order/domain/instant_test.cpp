#include "services/order/domain/instant.hpp"

#include <gtest/gtest.h>

namespace order {
namespace {

TEST(Instant, IsReadInAnyOffset) {
  EXPECT_EQ(read_instant("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(read_instant("2026-01-31T12:00:00.5+01:00"), "2026-01-31T11:00:00.500Z");
  EXPECT_EQ(read_instant("2026-01-01t00:30:00-23:59"), "2026-01-02T00:29:00.000Z");
  EXPECT_EQ(read_instant("2024-02-29T23:59:60z"), "2024-03-01T00:00:00.000Z");
  EXPECT_EQ(read_instant("2026-01-31T12:00:00.123456789012345678Z"), "2026-01-31T12:00:00.123Z");
  EXPECT_EQ(read_instant("0000-01-01T00:00:00+23:59"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(read_instant("9999-12-31T23:59:59-23:59"), "2200-01-01T00:00:00.000Z");
}

TEST(Instant, IsNothingElse) {
  for (const char* bad : {"",
                          "2026",
                          "2026-01-31",
                          "2026-01-31T12:00:00",
                          "2026-01-31 12:00:00Z",
                          "2026-02-30T12:00:00Z",
                          "2025-02-29T00:00:00Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-01-00T00:00:00Z",
                          "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z",
                          "2026-01-01T00:00:61Z",
                          "2026-01-01T00:00:00.Z",
                          "2026-01-01T00:00:00+1:00",
                          "2026-01-01T00:00:00+24:00",
                          "2026-01-01T00:00:00+0100",
                          "2026-01-01T00:00:00ZZ",
                          "+026-01-01T00:00:00Z",
                          "2026-01-01T00:00:00Z ",
                          "now",
                          "-infinity",
                          "2026-1-1T00:00:00Z"})
    EXPECT_EQ(read_instant(bad), std::nullopt) << bad;
  EXPECT_EQ(read_instant(std::string_view("2026-01-31T12:00:00\0", 20)), std::nullopt);
}

}  // namespace
}  // namespace order
