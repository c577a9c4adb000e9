#include "services/notification/events/event_effects.hpp"

#include "services/contracts/events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(ConsumedEvents, AreThoseThatPublishersRouteToTheQueue) {
  for (const auto& consumer : contracts::consumers()) {
    if (consumer.queue != "notification.events") continue;
    EXPECT_THAT(consumed_events(), testing::UnorderedElementsAreArray(consumer.types));
    return;
  }
  ADD_FAILURE() << "notification.events is not in services/contracts/events.cpp";
}

}  // namespace
}  // namespace notification
