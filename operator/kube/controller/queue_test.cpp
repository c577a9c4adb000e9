#include "operator/kube/controller/queue.hpp"

#include "operator/kube/testing/expect.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace kube {
namespace {

using namespace std::chrono_literals;
using testing::metric;
using Time = QueueState::Time;

const Key kA{"n", "a"};
const Key kB{"n", "b"};
const Time kStart{1h};

TEST(QueueState, QueuesAKeyOnceAndInOrder) {
  QueueState queue;
  queue.add(kA, kStart);
  queue.add(kB, kStart);
  queue.add(kA, kStart);
  EXPECT_EQ(queue.take(kStart + 3s), kA);
  EXPECT_EQ(queue.last_wait(), 3s);
  EXPECT_EQ(queue.take(kStart), kB);
  EXPECT_FALSE(queue.take(kStart));
}

TEST(QueueState, TakesAKeyAgainOnlyAfterItsWorkIsDone) {
  QueueState queue;
  queue.add(kA, kStart);
  EXPECT_EQ(queue.take(kStart), kA);
  queue.add(kA, kStart);
  queue.add(kA, kStart);
  EXPECT_FALSE(queue.take(kStart));
  queue.done(kA);
  EXPECT_EQ(queue.take(kStart), kA);
  queue.done(kA);
  EXPECT_FALSE(queue.take(kStart));
  EXPECT_TRUE(queue.working().empty());
}

TEST(QueueState, KeepsTheEarlierDueTime) {
  QueueState queue;
  queue.add_at(kA, kStart + 10s, kStart);
  queue.add_at(kA, kStart + 20s, kStart);
  EXPECT_EQ(queue.next_due(), kStart + 10s);
  queue.add_at(kA, kStart + 5s, kStart);
  EXPECT_EQ(queue.next_due(), kStart + 5s);
  EXPECT_FALSE(queue.take(kStart + 4s));
  EXPECT_EQ(queue.take(kStart + 5s), kA);
  EXPECT_FALSE(queue.next_due());
}

TEST(QueueState, AddingNowCancelsADelayedAdd) {
  QueueState queue;
  queue.add_at(kA, kStart + 10s, kStart);
  queue.add(kA, kStart);
  EXPECT_EQ(queue.take(kStart), kA);
  queue.done(kA);
  EXPECT_FALSE(queue.take(kStart + 11s));
}

TEST(QueueState, QueuesAKeyDueDuringItsWorkOnceDone) {
  QueueState queue;
  queue.add(kA, kStart);
  queue.take(kStart);
  queue.add_at(kA, kStart + 1s, kStart);
  EXPECT_FALSE(queue.take(kStart + 2s));
  queue.done(kA);
  EXPECT_EQ(queue.take(kStart + 2s), kA);
}

TEST(QueueState, TakesChangesBeforeFirstLooksAndResyncs) {
  QueueState queue;
  queue.add({"n", "new-1"}, kStart, Priority::Background);
  queue.add({"n", "new-2"}, kStart, Priority::Background);
  queue.add(kA, kStart);
  queue.add(kB, kStart);
  EXPECT_EQ(queue.depth(), 4u);
  EXPECT_EQ(queue.take(kStart), kA);
  EXPECT_EQ(queue.take(kStart), kB);
  EXPECT_EQ(queue.take(kStart)->name, "new-1");
  EXPECT_EQ(queue.take(kStart)->name, "new-2");
}

TEST(QueueState, FinishesWhatHasBegunBeforeItBeginsTheNext) {
  QueueState queue;
  for (const char* name : {"1", "2", "3"}) queue.add({"n", name}, kStart, Priority::Background);
  std::vector<std::string> order;
  std::map<std::string, int> passes;
  while (const auto key = queue.take(kStart)) {
    order.push_back(key->name);
    // The writes of its first two passes are events, which arrive while it is worked on.
    if (++passes[key->name] < 3) queue.add(*key, kStart);
    queue.done(*key);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"1", "1", "1", "2", "2", "2", "3", "3", "3"}));
}

TEST(QueueState, AChangeMakesAWaitingKeyUrgent) {
  QueueState queue;
  queue.add(kA, kStart, Priority::Background);
  queue.add(kB, kStart, Priority::Background);
  queue.add(kB, kStart + 1s);
  EXPECT_EQ(queue.depth(), 2u);
  EXPECT_EQ(queue.take(kStart + 2s), kB);
  EXPECT_EQ(queue.last_wait(), 2s) << "it has waited since it was first added";
  queue.add(kB, kStart + 2s, Priority::Background);
  queue.add(kB, kStart + 2s);
  queue.done(kB);
  EXPECT_EQ(queue.take(kStart + 2s), kB) << "also while it is worked on";
  EXPECT_EQ(queue.take(kStart + 2s), kA);
}

TEST(QueueState, NeverStarvesBackgroundKeys) {
  QueueState queue;
  queue.add(kA, kStart, Priority::Background);
  int taken = 0;
  for (;; ++taken) {
    queue.add({"n", "busy"}, kStart);
    const auto key = queue.take(kStart);
    if (key == kA) break;
    ASSERT_LE(taken, QueueState::kMaxPassedOver);
    queue.done(*key);
  }
  EXPECT_EQ(taken, QueueState::kMaxPassedOver);
}

TEST(QueueState, ADelayedKeyKeepsTheHigherPriority) {
  QueueState queue;
  queue.add_at(kA, kStart + 10s, kStart, Priority::Background);
  queue.add_at(kA, kStart + 20s, kStart, Priority::Urgent);
  queue.add_at(kB, kStart + 5s, kStart, Priority::Background);
  EXPECT_EQ(queue.take(kStart + 10s), kA);
  EXPECT_EQ(queue.take(kStart + 10s), kB);
}

TEST(RateLimiter, DoublesFromFiveMillisecondsToAThousandSeconds) {
  RateLimiter limiter({.per_second = 1e6, .burst = 1e6});
  EXPECT_EQ(limiter.next(kA, kStart), 5ms);
  EXPECT_EQ(limiter.next(kA, kStart), 10ms);
  EXPECT_EQ(limiter.next(kB, kStart), 5ms);
  for (int i = 0; i < 200; ++i) limiter.next(kA, kStart);
  EXPECT_EQ(limiter.next(kA, kStart), 1000s);
  EXPECT_EQ(limiter.failures(kA), 203);
}

// Bug 11, its second half: a backoff that never resets.
TEST(RateLimiter, Bug11ResetsAfterSuccess) {
  RateLimiter limiter({});
  for (int i = 0; i < 20; ++i) limiter.next(kA, kStart + i * 1h);
  limiter.forget(kA);
  EXPECT_EQ(limiter.next(kA, kStart + 100h), 5ms);
}

TEST(RateLimiter, LimitsAllKeysTogether) {
  RateLimiter limiter({.per_second = 10, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.next({"n", std::to_string(i)}, kStart), 5ms);
  EXPECT_EQ(limiter.next({"n", "4"}, kStart), 100ms);
  EXPECT_EQ(limiter.next({"n", "5"}, kStart), 200ms);
  EXPECT_EQ(limiter.next({"n", "6"}, kStart + 10s), 5ms);
}

TEST(WorkQueue, ThreadsNeverWorkOnOneKeyAtOnce) {
  kit::Metrics metrics;
  WorkQueue queue("test", {}, metrics);
  std::atomic<int> at_work[4] = {};
  std::atomic<int> worked{0};
  std::atomic<bool> twice{false};
  {
    std::vector<std::jthread> workers;
    for (int w = 0; w < 4; ++w) {
      workers.emplace_back([&] {
        while (const auto key = queue.take()) {
          auto& mine = at_work[key->name[0] - '0'];
          if (mine.fetch_add(1) != 0) twice = true;
          std::this_thread::yield();
          mine.fetch_sub(1);
          ++worked;
          queue.done(*key);
        }
      });
    }
    for (int i = 0; i < 20'000; ++i) queue.add({"n", std::string(1, static_cast<char>('0' + i % 4))});
    const auto until = std::chrono::steady_clock::now() + 20s;
    const auto depth = [&] { return metric(metrics, R"(workqueue_depth{name="test"})"); };
    while (depth() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    queue.shutdown();
  }
  EXPECT_FALSE(twice);
  EXPECT_GE(worked, 4);
}

TEST(WorkQueue, WakesForADelayedKeyAndForShutdown) {
  kit::Metrics metrics;
  WorkQueue queue("test", {}, metrics);
  queue.add_after(kB, 1h);
  queue.add_after(kA, 20ms);
  EXPECT_EQ(queue.take(10s), kA);
  EXPECT_FALSE(queue.take(10ms));
  std::jthread ender([&] { queue.shutdown(); });
  EXPECT_FALSE(queue.take());
}

TEST(WorkQueue, ReportsHowLongWorkHasTaken) {
  kit::Metrics metrics;
  Time now = kStart;
  WorkQueue queue("test", {}, metrics, [&] { return now; });
  queue.add(kA);
  queue.add(kB);
  queue.take();
  now += 7s;
  EXPECT_EQ(metric(metrics, R"(workqueue_depth{name="test"})"), 1);
  EXPECT_EQ(metric(metrics, R"(workqueue_longest_running_processor_seconds{name="test"})"), 7);
  EXPECT_EQ(metric(metrics, R"(workqueue_adds_total{name="test"})"), 2);
}

}  // namespace
}  // namespace kube
