#include "services/kit/messaging/consumer_queues.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

TEST(ConsumerQueues, NameTheConsumedTypes) {
  const std::vector<ConsumerQueue> some{{"a.events", {"x.made", "x.gone"}}, {"b.events", {"y.made"}}};
  EXPECT_TRUE(is_consumed(some, "x.gone"));
  EXPECT_TRUE(is_consumed(some, "y.made"));
  EXPECT_FALSE(is_consumed(some, "x"));
  EXPECT_FALSE(is_consumed({}, "x.made"));
}

}  // namespace
}  // namespace kit::messaging
