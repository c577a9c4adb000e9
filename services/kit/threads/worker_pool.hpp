#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kit::http {

/// A fixed number of threads and a bounded queue before them. Thread-safe.
class WorkerPool {
 public:
  /// A job must not throw.
  using Job = std::function<void()>;

  WorkerPool(std::size_t threads, std::size_t queue);
  /// Runs queued jobs, then ends.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Returns false without taking the job when the queue is full or the pool is stopping. Never blocks.
  bool submit(Job job);
  /// Accepts no more jobs, runs the queued ones and joins the threads. May be called again.
  void stop();

  std::size_t queued() const { return queued_; }
  std::size_t busy() const { return busy_; }

 private:
  void work();

  const std::size_t limit_;
  std::mutex lock_;
  std::condition_variable more_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::atomic<std::size_t> queued_{0};
  std::atomic<std::size_t> busy_{0};
  std::vector<std::thread> threads_;
};

}  // namespace kit::http
