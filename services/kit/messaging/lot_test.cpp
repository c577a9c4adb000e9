#include "services/kit/messaging/lot.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

Event event(const std::string& id) {
  Event event;
  event.id = id;
  return event;
}

TEST(Lot, TakesFreshDeliveriesUpToItsLimit) {
  Lot lot;
  EXPECT_TRUE(lot.empty());
  for (std::size_t i = 0; i < Lot::LIMIT; ++i) {
    ASSERT_TRUE(lot.takes(0));
    lot.add(100 + i, 0, event(std::to_string(i)));
  }
  EXPECT_FALSE(lot.takes(0));
  EXPECT_EQ(lot.size(), Lot::LIMIT);
  EXPECT_EQ(lot.events()[7].id, "7");
  EXPECT_EQ(lot.tag(7), 107u);
}

TEST(Lot, WhatCameBackIsAlone) {
  Lot behind;
  behind.add(1, 0, event("fresh"));
  EXPECT_FALSE(behind.takes(1)) << "it waits until those before it are settled";
  Lot alone;
  EXPECT_TRUE(alone.takes(3));
  alone.add(2, 3, event("again"));
  EXPECT_FALSE(alone.takes(0));
  EXPECT_EQ(alone.failures(0), 3);
}

TEST(Lot, ItsLastTagIsOneOfItsOwnAlsoWhereOthersAreSettledInBetween) {
  Lot lot;
  lot.add(5, 0, event("a"));
  lot.add(8, 0, event("b"));  // 6, 7 and 9 could not be read, and were buried at once
  EXPECT_EQ(lot.last_tag(), 8u);
}

}  // namespace
}  // namespace kit::messaging
