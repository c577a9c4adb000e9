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
  for (const char* bad : {"", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z",
                          "2026-01-01T00:00:00Z ", "now", "-infinity"})
    EXPECT_EQ(read_instant(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace order
