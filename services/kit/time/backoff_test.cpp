#include "services/kit/time/backoff.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, NextDoublesWithJitterUpToTheLongestDelayUntilReset) {
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

TEST(Backoff, DelayDependsOnFailuresAndJitterOnly) {
  constexpr Backoff backoff(milliseconds(100), milliseconds(1000));
  EXPECT_EQ(backoff.delay(0, 0), milliseconds(50));
  EXPECT_EQ(backoff.delay(0, 0.5), milliseconds(75));
  EXPECT_EQ(backoff.delay(2, 0), milliseconds(200));
  EXPECT_EQ(backoff.delay(1'000'000, 0), milliseconds(500));
  EXPECT_LE(backoff.delay(9, 0.999), milliseconds(1000));
}

TEST(RandomBetween, StaysWithinItsBounds) {
  for (int i = 0; i < 1000; ++i) {
    const auto time = random_between(milliseconds(-1), milliseconds(1));
    EXPECT_GE(time, milliseconds(-1));
    EXPECT_LE(time, milliseconds(1));
  }
  EXPECT_EQ(random_between(milliseconds(7), milliseconds(7)), milliseconds(7));
}

}  // namespace
}  // namespace kit
