#include "services/product/stock/reservation.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace product {
namespace {

Wanted want(std::int64_t product, std::int64_t quantity, std::size_t line) {
  return {kit::ProductId{product}, quantity, line};
}

TEST(InLockOrder, SortsByProductAndPutsTheSameTogether) {
  EXPECT_EQ(in_lock_order({want(7, 1, 0), want(2, 5, 1), want(7, 3, 2)}),
            (std::vector<Wanted>{want(2, 5, 1), want(7, 4, 0)}));
  EXPECT_TRUE(in_lock_order({}).empty());
}

TEST(CrossedLow, TellsOnceOnTheWayDown) {
  EXPECT_FALSE(crossed_low(6, 1, 5));
  EXPECT_TRUE(crossed_low(5, 1, 5));
  EXPECT_TRUE(crossed_low(0, 10, 5));
  EXPECT_FALSE(crossed_low(4, 1, 5)) << "was low already";
  EXPECT_TRUE(crossed_low(0, 1, 0));
}

TEST(ReservationState, NamesComeBack) {
  for (const auto state : {ReservationState::Open, ReservationState::Confirmed, ReservationState::Released,
                           ReservationState::Expired})
    EXPECT_EQ(parse_reservation_state(to_string(state)), state);
  EXPECT_THROW(parse_reservation_state("lost"), std::invalid_argument);
}

}  // namespace
}  // namespace product
