#include "services/kit/messaging/poll_schedule.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using Next = PollSchedule::Next;

TEST(PollSchedule, SleepsAfterASingleEvent) {
  PollSchedule schedule;
  EXPECT_EQ(schedule.after(0, 200), Next::Sleep);
  EXPECT_EQ(schedule.after(1, 200), Next::AfterInterval);
  EXPECT_FALSE(schedule.busy()) << "the next writer still notifies";
  EXPECT_EQ(schedule.after(0, 200), Next::Sleep);
  EXPECT_FALSE(schedule.busy());
}

TEST(PollSchedule, PollsUntilTrafficCeases) {
  PollSchedule schedule;
  schedule.after(1, 200);
  EXPECT_EQ(schedule.after(2, 200), Next::AfterInterval);
  EXPECT_TRUE(schedule.busy());
  for (int i = 0; i < PollSchedule::EMPTY_POLLS; ++i) EXPECT_EQ(schedule.after(0, 200), Next::AfterInterval);
  EXPECT_EQ(schedule.after(3, 200), Next::AfterInterval) << "a gap is not the end";
  for (int i = 0; i < PollSchedule::EMPTY_POLLS; ++i) {
    EXPECT_EQ(schedule.after(0, 200), Next::AfterInterval);
    EXPECT_TRUE(schedule.busy());
  }
  EXPECT_EQ(schedule.after(0, 200), Next::Sleep);
  EXPECT_FALSE(schedule.busy());
  EXPECT_EQ(schedule.after(0, 200), Next::Sleep);
}

TEST(PollSchedule, DoesNotWaitWhileThereIsMore) {
  PollSchedule schedule;
  EXPECT_EQ(schedule.after(200, 200), Next::AtOnce);
  EXPECT_TRUE(schedule.busy());
  EXPECT_EQ(schedule.after(200, 200), Next::AtOnce);
  EXPECT_EQ(schedule.after(199, 200), Next::AfterInterval);
}

}  // namespace
}  // namespace kit::messaging
