#include "services/kit/threads/worker_pool.hpp"

#include <future>

#include <gtest/gtest.h>

namespace kit::http {

TEST(WorkerPool, StopRunsEveryQueuedJobOnce) {
  std::atomic<int> ran{0};
  WorkerPool pool(4, 1000);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(pool.submit([&] { ++ran; }));
  pool.stop();
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPool, RefusesJobsWhenTheQueueIsFull) {
  WorkerPool pool(1, 2);
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    go.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_EQ(pool.busy(), 1u);
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_EQ(pool.queued(), 2u);
  EXPECT_FALSE(pool.submit([] {}));
  go.set_value();
  pool.stop();
  EXPECT_EQ(pool.queued(), 0u);
  EXPECT_FALSE(pool.submit([] {}));
}

}  // namespace kit::http
