#include "services/order/tracking/stream_limits.hpp"

#include "services/kit/error/problem.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace order {
namespace {

constexpr kit::UserId ALICE{1};
constexpr kit::UserId BOB{2};

int refusal(StreamLimits& limits, kit::UserId user) {
  try {
    limits.acquire(user);
  } catch (const kit::Problem& problem) {
    EXPECT_EQ(problem.headers().at(0).first, "Retry-After");
    return problem.status();
  }
  return 0;
}

TEST(StreamLimits, RefusesMoreThanAllowedForAUserAndInAll) {
  StreamLimits limits({.streams = 3, .per_user = 2});
  std::vector<StreamLimits::Slot> taken{limits.acquire(ALICE), limits.acquire(ALICE)};
  EXPECT_EQ(refusal(limits, ALICE), 429);
  EXPECT_EQ(refusal(limits, ALICE), 429) << "a refusal neither takes nor releases a slot";
  taken.push_back(limits.acquire(BOB));
  EXPECT_EQ(refusal(limits, BOB), 503);
  EXPECT_EQ(limits.open(), 3);
  taken.erase(taken.begin());
  EXPECT_EQ(refusal(limits, ALICE), 0);
  taken.clear();
  EXPECT_EQ(limits.open(), 0);
}

TEST(StreamLimits, ReleasesASlotOnceWhenCopiesShareIt) {
  StreamLimits limits({.streams = 2, .per_user = 2});
  auto slot = limits.acquire(ALICE);
  const auto copy = slot;
  slot.reset();
  EXPECT_EQ(limits.open(), 1);
}

}  // namespace
}  // namespace order
