#pragma once
#include "operator/kube/object/object.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace kube {

/// Urgent: something has changed, or work that has begun goes on. Background: an object that was never worked
/// on, and periodic resyncs.
enum class Priority { Urgent, Background };

/// The rules of the queue, without threads or a clock. A key is queued once however often it is added. A key
/// that is being worked on is not taken again before `done`; when it was added meanwhile it is queued then.
/// Urgent keys are taken first, so that objects whose work has begun are finished before others are begun;
/// after `kMaxPassedOver` urgent keys in a row one waiting background key is taken, so that it never starves.
class QueueState {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  static constexpr int kMaxPassedOver = 16;

  /// A key that is queued already becomes urgent when it is added as such.
  void add(const Key& key, Time now, Priority priority = Priority::Urgent);
  /// Due at `at`, or earlier when it was already due earlier, and with the higher of both priorities.
  void add_at(const Key& key, Time at, Time now, Priority priority = Priority::Urgent);
  /// The next key that is due, which is then being worked on; returns nullopt when none is.
  std::optional<Key> take(Time now);
  void done(const Key& key);
  /// When the next delayed key is due; returns nullopt when there is none.
  std::optional<Time> next_due() const;

  std::size_t depth() const { return ready_[0].size() + ready_[1].size(); }  ///< without the delayed keys
  const std::map<Key, Time>& working() const { return working_; }            ///< since when
  /// How long the key last taken had waited.
  Clock::duration last_wait() const { return last_wait_; }

 private:
  struct Queued {
    Time since;
    Priority priority;
    std::uint64_t order;
  };
  struct Due {
    Time at;
    Priority priority;
  };
  using Ready = std::map<std::uint64_t, Key>;  // by the order in which they were added
  Ready& ready(Priority priority) { return ready_[static_cast<std::size_t>(priority)]; }
  Ready& next_ready();
  void promote(Time now);
  void drop_due(const Key& key);
  std::array<Ready, 2> ready_;
  std::map<Key, Queued> queued_;  // in ready_, or added while being worked on
  std::map<Key, Time> working_;
  std::map<Key, Due> due_;
  std::set<std::pair<Time, Key>> by_time_;
  std::uint64_t added_ = 0;
  int passed_over_ = 0;  // urgent keys taken in a row while a background key waited
  Clock::duration last_wait_{};
};

/// The delay before a failed key is retried: per key `first` doubling to `limit`, and over all keys a token
/// bucket. Not thread-safe.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    std::chrono::milliseconds first{5};
    std::chrono::milliseconds limit{1'000'000};
    double per_second = 10;
    double burst = 100;
  };
  explicit RateLimiter(Options options);
  Clock::duration next(const Key& key, Clock::time_point now);
  void forget(const Key& key) { failures_.erase(key); }
  int failures(const Key& key) const;

 private:
  Options options_;
  std::map<Key, int> failures_;
  double tokens_;
  Clock::time_point filled_{};
};

/// The queue that workers wait on. Metrics workqueue_depth, _adds_total, _queue_duration_seconds,
/// _work_duration_seconds, _unfinished_work_seconds, _longest_running_processor_seconds, _retries_total, all
/// {name}. Thread-safe.
class WorkQueue {
 public:
  using Clock = std::chrono::steady_clock;
  WorkQueue(const std::string& name, RateLimiter::Options rate_limiter, kit::Metrics& metrics,
            std::function<Clock::time_point()> now = Clock::now);
  ~WorkQueue();

  void add(const Key& key, Priority priority = Priority::Urgent);
  void add_after(const Key& key, Clock::duration time, Priority priority = Priority::Urgent);
  /// After a failure, with a delay that grows until `forget`.
  void add_rate_limited(const Key& key);
  void forget(const Key& key);
  int failures(const Key& key) const;

  /// Waits for a key; returns nullopt after shutdown() and when `longest` has passed. Call `done` for each
  /// key taken.
  std::optional<Key> take(Clock::duration longest = std::chrono::hours(24));
  void done(const Key& key);
  /// Wakes all waiting threads; `take` returns no further key.
  void shutdown();

 private:
  struct Meters;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::function<Clock::time_point()> now_;
  QueueState state_;
  RateLimiter rate_limiter_;
  bool shut_ = false;
  std::shared_ptr<Meters> meters_;
};

}  // namespace kube
