#include "services/notification/domain/timestamp.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(Timestamp, IsReadWithAnyOffset) {
  const std::chrono::sys_seconds noon{std::chrono::seconds(1769860800)};
  for (const char* text : {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456Z", "2026-01-31t12:00:00z",
                           "2026-01-31T13:30:00+01:30", "2026-01-30T23:00:00-13:00"})
    EXPECT_EQ(parse_timestamp(text), noon) << text;
}

TEST(Timestamp, IsNothingElse) {
  for (const char* text :
       {"", "soon", "2026-01-31", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00", "2026-13-31T12:00:00Z",
        "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Zx",
        "2026-01-31T12:00:00+0100", "-026-01-31T12:00:00Z", "2026-01-31T12:00:00+25:00"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(Timestamp, IsSpoken) {
  EXPECT_EQ(spoken(*parse_timestamp("2026-01-31T02:05:59Z")), "31 January 2026, 02:05 UTC");
}

}  // namespace
}  // namespace notification
