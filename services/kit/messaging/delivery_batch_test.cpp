#include "services/kit/messaging/delivery_batch.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

Event event(const std::string& id) {
  Event event;
  event.id = id;
  return event;
}

TEST(DeliveryBatch, TakesNewDeliveriesUpToTheLimit) {
  DeliveryBatch batch;
  EXPECT_TRUE(batch.empty());
  for (std::size_t i = 0; i < DeliveryBatch::LIMIT; ++i) {
    ASSERT_TRUE(batch.takes(0));
    batch.add(100 + i, 0, event(std::to_string(i)));
  }
  EXPECT_FALSE(batch.takes(0));
  EXPECT_EQ(batch.size(), DeliveryBatch::LIMIT);
  EXPECT_EQ(batch.events()[7].id, "7");
  EXPECT_EQ(batch.tag(7), 107u);
}

TEST(DeliveryBatch, HandlesRedeliveriesAlone) {
  DeliveryBatch behind;
  behind.add(1, 0, event("fresh"));
  EXPECT_FALSE(behind.takes(1)) << "it waits until those before it are settled";
  DeliveryBatch alone;
  EXPECT_TRUE(alone.takes(3));
  alone.add(2, 3, event("again"));
  EXPECT_FALSE(alone.takes(0));
  EXPECT_EQ(alone.failures(0), 3);
}

TEST(DeliveryBatch, LastTagIsItsOwnAlsoWhenOthersAreSettledBetween) {
  DeliveryBatch batch;
  batch.add(5, 0, event("a"));
  batch.add(8, 0, event("b"));  // 6, 7 and 9 were unreadable and dead-lettered
  EXPECT_EQ(batch.last_tag(), 8u);
}

}  // namespace
}  // namespace kit::messaging
