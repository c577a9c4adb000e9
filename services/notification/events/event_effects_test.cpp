#include "services/contracts/events.hpp"
#include "services/notification/content/kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(ConsumedEvents, AreThoseWithAMailAndThoseAboutRecipients) {
  std::vector<std::string> types{"user.erased", "user.changed"};
  for (const auto& kind : kinds()) types.emplace_back(kind.type);
  EXPECT_THAT(contracts::consumed_types("notification.events"), testing::UnorderedElementsAreArray(types));
}

}  // namespace
}  // namespace notification
