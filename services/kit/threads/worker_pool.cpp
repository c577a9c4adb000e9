#include "services/kit/threads/worker_pool.hpp"

#include <pthread.h>

#include <utility>

namespace kit::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue) : limit_(queue) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), "http-worker");
  }
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::submit(Job job) {
  {
    const std::lock_guard guard(lock_);
    if (stopping_ || jobs_.size() >= limit_) return false;
    jobs_.push_back(std::move(job));
    queued_ = jobs_.size();
  }
  more_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
  }
  more_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void WorkerPool::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock guard(lock_);
      more_.wait(guard, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      queued_ = jobs_.size();
    }
    ++busy_;
    job();
    --busy_;
  }
}

}  // namespace kit::http
