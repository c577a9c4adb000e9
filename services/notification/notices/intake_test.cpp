#include "services/notification/notices/intake.hpp"

#include "services/kit/messaging/readers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(Intake, IsKnownToThosePublishing) {
  for (const auto& reader : kit::messaging::readers()) {
    if (reader.queue != "notification.events") continue;
    EXPECT_THAT(heard_types(), testing::UnorderedElementsAreArray(reader.types));
    return;
  }
  ADD_FAILURE() << "notification.events is not among kit/events/readers.cpp";
}

}  // namespace
}  // namespace notification
