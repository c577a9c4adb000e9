#include "services/kit/http/client/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

using std::chrono::milliseconds;

class Breaker : public testing::Test {
 protected:
  bool call(bool well) {
    if (!breaker.allow(now)) return false;
    well ? breaker.succeeded() : breaker.failed(now);
    return true;
  }

  CircuitBreaker breaker{{.failures = 3, .first = milliseconds(100), .limit = milliseconds(300)}};
  CircuitBreaker::Clock::time_point now = CircuitBreaker::Clock::now();
};

}  // namespace

TEST_F(Breaker, OpensAfterConsecutiveFailures) {
  call(false), call(false), call(true), call(false), call(false);
  EXPECT_TRUE(call(false));
  EXPECT_FALSE(call(true));
}

TEST_F(Breaker, AllowsOneProbe) {
  for (int i = 0; i < 3; ++i) call(false);
  now += milliseconds(100);
  EXPECT_TRUE(breaker.allow(now));
  EXPECT_FALSE(breaker.allow(now));
  breaker.succeeded();
  EXPECT_TRUE(call(true));
}

TEST_F(Breaker, StaysOpenLongerEachTimeUpToALimit) {
  for (int i = 0; i < 3; ++i) call(false);
  for (const int pause : {100, 200, 300, 300}) {
    now += milliseconds(pause - 1);
    EXPECT_FALSE(call(false)) << pause;
    now += milliseconds(1);
    EXPECT_TRUE(call(false)) << pause;
  }
}

TEST_F(Breaker, IgnoresCallersWithoutTime) {
  call(false), call(false);
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(breaker.allow(now));
    breaker.undecided();
  }
  EXPECT_TRUE(call(false)) << "the third in a row";
  EXPECT_FALSE(call(true));
  now += milliseconds(100);
  EXPECT_TRUE(breaker.allow(now));
  breaker.undecided();
  EXPECT_TRUE(breaker.allow(now)) << "another may look";
  breaker.succeeded();
  EXPECT_TRUE(call(true));
}

TEST_F(Breaker, IgnoresFailuresOfCallsFromBeforeItOpened) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(breaker.allow(now));
  for (int i = 0; i < 5; ++i) breaker.failed(now);
  now += milliseconds(100);
  EXPECT_TRUE(call(true));
}

}  // namespace kit::http
