#include "services/kit/messaging/poll_schedule.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using Next = PollSchedule::Next;

TEST(PollSchedule, SleepsAfterASingleEvent) {
  PollSchedule pace;
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_EQ(pace.after(1, 200), Next::AfterInterval);
  EXPECT_FALSE(pace.busy()) << "whoever writes next still notifies";
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_FALSE(pace.busy());
}

TEST(PollSchedule, PollsUntilTrafficCeases) {
  PollSchedule pace;
  pace.after(1, 200);
  EXPECT_EQ(pace.after(2, 200), Next::AfterInterval);
  EXPECT_TRUE(pace.busy());
  for (int i = 0; i < PollSchedule::EMPTY_POLLS; ++i) EXPECT_EQ(pace.after(0, 200), Next::AfterInterval);
  EXPECT_EQ(pace.after(3, 200), Next::AfterInterval) << "a gap is not the end";
  for (int i = 0; i < PollSchedule::EMPTY_POLLS; ++i) {
    EXPECT_EQ(pace.after(0, 200), Next::AfterInterval);
    EXPECT_TRUE(pace.busy());
  }
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_FALSE(pace.busy());
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
}

TEST(PollSchedule, DoesNotWaitWhileThereIsMore) {
  PollSchedule pace;
  EXPECT_EQ(pace.after(200, 200), Next::AtOnce);
  EXPECT_TRUE(pace.busy());
  EXPECT_EQ(pace.after(200, 200), Next::AtOnce);
  EXPECT_EQ(pace.after(199, 200), Next::AfterInterval);
}

}  // namespace
}  // namespace kit::messaging
