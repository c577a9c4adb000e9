#include "services/order/tracking/seats.hpp"

#include "services/kit/error/problem.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace order {
namespace {

constexpr kit::UserId ALICE{1};
constexpr kit::UserId BOB{2};

int refusal(Seats& seats, kit::UserId user) {
  try {
    seats.take(user);
  } catch (const kit::Problem& problem) {
    EXPECT_EQ(problem.headers().at(0).first, "Retry-After");
    return problem.status();
  }
  return 0;
}

TEST(Seats, AreBoundedForEachUserAndInAll) {
  Seats seats({.streams = 3, .per_user = 2});
  std::vector<Seats::Seat> taken{seats.take(ALICE), seats.take(ALICE)};
  EXPECT_EQ(refusal(seats, ALICE), 429);
  EXPECT_EQ(refusal(seats, ALICE), 429) << "a refusal takes no seat, and gives none back";
  taken.push_back(seats.take(BOB));
  EXPECT_EQ(refusal(seats, BOB), 503);
  EXPECT_EQ(seats.taken(), 3);
  taken.erase(taken.begin());
  EXPECT_EQ(refusal(seats, ALICE), 0);
  taken.clear();
  EXPECT_EQ(seats.taken(), 0);
}

TEST(Seats, AreGivenBackOnceHoweverManyHeldThem) {
  Seats seats({.streams = 2, .per_user = 2});
  auto seat = seats.take(ALICE);
  const auto again = seat;
  seat.reset();
  EXPECT_EQ(seats.taken(), 1);
}

}  // namespace
}  // namespace order
