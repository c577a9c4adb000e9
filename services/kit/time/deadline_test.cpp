#include "services/kit/time/deadline.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

using std::chrono::milliseconds;

TEST(Deadline, LeftIsNeverNegative) {
  EXPECT_EQ(Deadline::in(milliseconds(-5)).left(), milliseconds(0));
  EXPECT_TRUE(Deadline::in(milliseconds(0)).passed());
  EXPECT_FALSE(Deadline::in(std::chrono::hours(1)).passed());
}

}  // namespace
}  // namespace kit
