#include "services/contracts/events.hpp"

#include <set>

#include <gtest/gtest.h>

namespace contracts {
namespace {

TEST(Consumers, HaveOneQueueEachAndListTypesWithoutWildcards) {
  std::set<std::string> queues;
  for (const auto& reader : consumers()) {
    EXPECT_TRUE(queues.insert(reader.queue).second) << reader.queue;
    EXPECT_FALSE(reader.types.empty());
    for (const auto& type : reader.types) EXPECT_EQ(type.find_first_of("*#"), std::string::npos) << type;
  }
}

TEST(ConsumedTypes, ThrowsForAnUnlistedQueue) {
  EXPECT_EQ(consumed_types("order.events"), std::vector<std::string>{"user.erased"});
  EXPECT_THROW(consumed_types("unknown.events"), std::invalid_argument);
}

}  // namespace
}  // namespace contracts
