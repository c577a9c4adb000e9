#include "services/kit/messaging/pace.hpp"

#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using Next = Pace::Next;

TEST(Pace, ASingleEventLeavesTheRelayAsleep) {
  Pace pace;
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_EQ(pace.after(1, 200), Next::Linger);
  EXPECT_FALSE(pace.busy()) << "whoever writes next still notifies";
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_FALSE(pace.busy());
}

TEST(Pace, UnderTrafficItLooksByItselfUntilThatHasCeased) {
  Pace pace;
  pace.after(1, 200);
  EXPECT_EQ(pace.after(2, 200), Next::Linger);
  EXPECT_TRUE(pace.busy());
  for (int i = 0; i < Pace::PATIENCE; ++i) EXPECT_EQ(pace.after(0, 200), Next::Linger);
  EXPECT_EQ(pace.after(3, 200), Next::Linger) << "a gap is not the end";
  for (int i = 0; i < Pace::PATIENCE; ++i) {
    EXPECT_EQ(pace.after(0, 200), Next::Linger);
    EXPECT_TRUE(pace.busy());
  }
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
  EXPECT_FALSE(pace.busy());
  EXPECT_EQ(pace.after(0, 200), Next::Sleep);
}

TEST(Pace, WhileThereIsMoreItDoesNotWait) {
  Pace pace;
  EXPECT_EQ(pace.after(200, 200), Next::AtOnce);
  EXPECT_TRUE(pace.busy());
  EXPECT_EQ(pace.after(200, 200), Next::AtOnce);
  EXPECT_EQ(pace.after(199, 200), Next::Linger);
}

}  // namespace
}  // namespace kit::messaging
