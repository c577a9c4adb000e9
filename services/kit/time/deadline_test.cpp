#include "services/kit/time/deadline.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesWithJitterUpToItsLimitAndResets) {
  Backoff backoff(milliseconds(100), milliseconds(1000));
  for (const int full : {100, 200, 400, 800, 1000, 1000}) {
    const auto wait = backoff.next();
    EXPECT_GE(wait, milliseconds(full / 2));
    EXPECT_LE(wait, milliseconds(full));
  }
  for (int i = 0; i < 1000; ++i) EXPECT_LE(backoff.next(), milliseconds(1000));
  backoff.reset();
  EXPECT_LE(backoff.next(), milliseconds(100));
}

TEST(Deadline, NeverHasLessThanNothingLeft) {
  EXPECT_EQ(Deadline::in(milliseconds(-5)).left(), milliseconds(0));
  EXPECT_TRUE(Deadline::in(milliseconds(0)).passed());
  EXPECT_FALSE(Deadline::in(std::chrono::hours(1)).passed());
}

TEST(Rfc3339, IsUtcWithMilliseconds) {
  EXPECT_EQ(rfc3339(std::chrono::system_clock::time_point(milliseconds(1'700'000'000'042))),
            "2023-11-14T22:13:20.042Z");
}

}  // namespace
}  // namespace kit
