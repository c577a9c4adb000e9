#include "services/notification/notices/timestamp.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(Spoken, NamesTheMonthAndTheZone) {
  const std::chrono::sys_seconds time{std::chrono::seconds(1769825159)};
  EXPECT_EQ(spoken(time), "31 January 2026, 02:05 UTC");
}

}  // namespace
}  // namespace notification
