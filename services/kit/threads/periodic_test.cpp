#include "services/kit/threads/periodic.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit {
namespace {

using std::chrono::milliseconds;

TEST(Periodic, ContinuesAfterAFailedRound) {
  std::promise<void> third;
  std::atomic<int> rounds{0};
  const Periodic periodic({milliseconds(1), milliseconds(2), "a round failed"}, [&](const std::stop_token&) {
    if (++rounds == 3) third.set_value();
    if (rounds < 3) throw std::runtime_error("as the test wants it");
  });
  EXPECT_EQ(third.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(Periodic, StopsDuringAPause) {
  std::promise<void> first;
  {
    const Periodic periodic({std::chrono::hours(1), std::chrono::hours(1), ""},
                            [&](const std::stop_token&) { first.set_value(); });
    ASSERT_EQ(first.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  }  // would wait for an hour
}

}  // namespace
}  // namespace kit
