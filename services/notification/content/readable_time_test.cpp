#include "services/notification/content/readable_time.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(ReadableTime, NamesTheMonthAndTheZone) {
  const std::chrono::sys_seconds time{std::chrono::seconds(1769825159)};
  EXPECT_EQ(readable_time(time), "31 January 2026, 02:05 UTC");
}

}  // namespace
}  // namespace notification
