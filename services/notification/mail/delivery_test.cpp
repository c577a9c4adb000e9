#include "services/notification/mail/delivery.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

using std::chrono::milliseconds;
using enum Attempt::Result;

TEST(Classify, CompletedWithoutReplyIsUncertain) {
  EXPECT_EQ(classify(true, true, 250), Accepted);
  EXPECT_EQ(classify(false, true, 354), Uncertain) << "the connection broke after the last byte";
  EXPECT_EQ(classify(false, true, 250), Uncertain);
  EXPECT_EQ(classify(false, true, 0), Uncertain);
  EXPECT_EQ(classify(false, true, 451), Failed) << "the server says that it did not accept it";
  EXPECT_EQ(classify(false, true, 552), Refused);
}

TEST(Classify, IncompleteFailsUnlessRefusedPermanently) {
  EXPECT_EQ(classify(false, false, 0), Failed) << "no connection";
  EXPECT_EQ(classify(false, false, 354), Failed) << "broken in the middle";
  EXPECT_EQ(classify(false, false, 421), Failed);
  EXPECT_EQ(classify(false, false, 450), Failed) << "greylisted";
  EXPECT_EQ(classify(false, false, 535), Failed) << "a wrong password can be corrected";
  EXPECT_EQ(classify(false, false, 554), Failed);
  EXPECT_EQ(classify(false, false, 550), Refused) << "no such mailbox";
}

TEST(RetryDelay, DoublesWithJitterUntilTheLastAttempt) {
  const RetryPolicy policy{milliseconds(1000), milliseconds(5000), 6};
  EXPECT_EQ(retry_delay(policy, 1, 0.0), milliseconds(500));
  EXPECT_EQ(retry_delay(policy, 1, 1.0), milliseconds(1000));
  EXPECT_EQ(retry_delay(policy, 2, 1.0), milliseconds(2000));
  EXPECT_EQ(retry_delay(policy, 3, 1.0), milliseconds(4000));
  EXPECT_EQ(retry_delay(policy, 4, 1.0), milliseconds(5000));
  EXPECT_EQ(retry_delay(policy, 5, 0.0), milliseconds(2500));
  EXPECT_FALSE(retry_delay(policy, 6, 0.0));
}

TEST(RetryDelay, DefaultsRetryForHours) {
  milliseconds total{0};
  int attempts = 1;
  while (const auto delay = retry_delay({}, attempts, 0.0)) {
    total += *delay;
    ++attempts;
  }
  EXPECT_GT(total, std::chrono::hours(4));
}

}  // namespace
}  // namespace notification
