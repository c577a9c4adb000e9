#include "services/notification/notices/timestamp.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(Timestamp, IsReadToTheSecond) {
  const std::chrono::sys_seconds noon{std::chrono::seconds(1769860800)};
  for (const char* text :
       {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.999999Z", "2026-01-31T13:30:00.5+01:30"})
    EXPECT_EQ(parse_timestamp(text), noon) << text;
  EXPECT_FALSE(parse_timestamp("soon"));
  EXPECT_FALSE(parse_timestamp("2026-02-30T12:00:00Z"));
}

TEST(Timestamp, IsSpoken) {
  EXPECT_EQ(spoken(*parse_timestamp("2026-01-31T02:05:59Z")), "31 January 2026, 02:05 UTC");
}

}  // namespace
}  // namespace notification
