#include "operator/kube/controller/queue.hpp"

#include <algorithm>

namespace kube {

namespace {

double seconds(QueueState::Clock::duration time) { return std::chrono::duration<double>(time).count(); }

const std::vector<double>& queue_buckets() {
  static const std::vector<double> buckets{0.0001, 0.001, 0.01, 0.1, 0.5, 1, 5, 10, 60, 300, 1000};
  return buckets;
}

}  // namespace

struct WorkQueue::Meters {
  Meters(const std::string& name, kit::Metrics& metrics)
      : depth(metrics.gauge("workqueue_depth", "Keys waiting in the queue.", {{"name", name}})),
        adds(metrics.counter("workqueue_adds_total", "Keys added to the queue.", {{"name", name}})),
        retries(metrics.counter("workqueue_retries_total", "Keys added again after a failure.",
                                {{"name", name}})),
        waited(metrics.histogram("workqueue_queue_duration_seconds", "How long a key waited in the queue.",
                                 {{"name", name}}, queue_buckets())),
        worked(metrics.histogram("workqueue_work_duration_seconds", "How long work on a key took.",
                                 {{"name", name}}, queue_buckets())),
        unfinished(metrics.gauge("workqueue_unfinished_work_seconds",
                                 "Sum of the time that work in progress has taken so far.",
                                 {{"name", name}})),
        longest(metrics.gauge("workqueue_longest_running_processor_seconds",
                              "How long the longest work in progress has taken so far.", {{"name", name}})) {}
  prometheus::Gauge& depth;
  prometheus::Counter& adds;
  prometheus::Counter& retries;
  prometheus::Histogram& waited;
  prometheus::Histogram& worked;
  prometheus::Gauge& unfinished;
  prometheus::Gauge& longest;

  // The queue until it is destroyed: the metrics outlive it and refresh at each scrape.
  std::mutex lock;
  const WorkQueue* queue = nullptr;

  void refresh() {
    const std::lock_guard alive(lock);
    double sum = 0;
    double most = 0;
    if (queue != nullptr) {
      const std::lock_guard guard(queue->lock_);
      const auto now = queue->now_();
      for (const auto& [key, since] : queue->state_.working()) {
        sum += seconds(now - since);
        most = std::max(most, seconds(now - since));
      }
    }
    unfinished.Set(sum);
    longest.Set(most);
  }
};

WorkQueue::WorkQueue(const std::string& name, RateLimiter::Options rate_limiter, kit::Metrics& metrics,
                     std::function<Clock::time_point()> now)
    : now_(std::move(now)), rate_limiter_(rate_limiter), meters_(std::make_shared<Meters>(name, metrics)) {
  meters_->queue = this;
  metrics.before_scrape([meters = meters_] { meters->refresh(); });
}

WorkQueue::~WorkQueue() {
  const std::lock_guard guard(meters_->lock);
  meters_->queue = nullptr;
}

void WorkQueue::add(const Key& key, Priority priority) {
  {
    const std::lock_guard guard(lock_);
    if (shut_) return;
    state_.add(key, now_(), priority);
    meters_->depth.Set(static_cast<double>(state_.depth()));
  }
  meters_->adds.Increment();
  changed_.notify_one();
}

void WorkQueue::add_after(const Key& key, Clock::duration time, Priority priority) {
  {
    const std::lock_guard guard(lock_);
    if (shut_) return;
    const auto now = now_();
    state_.add_at(key, now + time, now, priority);
    meters_->depth.Set(static_cast<double>(state_.depth()));
  }
  meters_->adds.Increment();
  // All threads, because each may be waiting for a later key than this one.
  changed_.notify_all();
}

void WorkQueue::add_rate_limited(const Key& key) {
  Clock::duration delay;
  {
    const std::lock_guard guard(lock_);
    delay = rate_limiter_.next(key, now_());
  }
  meters_->retries.Increment();
  add_after(key, delay);
}

void WorkQueue::forget(const Key& key) {
  const std::lock_guard guard(lock_);
  rate_limiter_.forget(key);
}

int WorkQueue::failures(const Key& key) const {
  const std::lock_guard guard(lock_);
  return rate_limiter_.failures(key);
}

std::optional<Key> WorkQueue::take(Clock::duration longest) {
  std::unique_lock guard(lock_);
  const auto until = now_() + longest;
  while (!shut_) {
    const auto now = now_();
    if (auto key = state_.take(now)) {
      meters_->waited.Observe(seconds(state_.last_wait()));
      meters_->depth.Set(static_cast<double>(state_.depth()));
      return key;
    }
    if (now >= until) return std::nullopt;
    changed_.wait_for(guard, std::min(until, state_.next_due().value_or(until)) - now);
  }
  return std::nullopt;
}

void WorkQueue::done(const Key& key) {
  {
    const std::lock_guard guard(lock_);
    const auto now = now_();
    const auto found = state_.working().find(key);
    if (found != state_.working().end()) meters_->worked.Observe(seconds(now - found->second));
    state_.done(key);
    meters_->depth.Set(static_cast<double>(state_.depth()));
  }
  changed_.notify_one();
}

void WorkQueue::shutdown() {
  {
    const std::lock_guard guard(lock_);
    shut_ = true;
  }
  changed_.notify_all();
}

}  // namespace kube
