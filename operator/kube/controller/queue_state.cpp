#include "operator/kube/controller/queue.hpp"
#include "services/kit/time/backoff.hpp"

#include <algorithm>

namespace kube {

void QueueState::add(const Key& key, Time now) {
  if (const auto due = due_.find(key); due != due_.end()) {
    by_time_.erase({due->second, key});
    due_.erase(due);
  }
  if (!queued_.emplace(key, now).second) return;
  if (!working_.contains(key)) ready_.push_back(key);
}

void QueueState::add_at(const Key& key, Time at, Time now) {
  if (at <= now) return add(key, now);
  // It is taken before then in any case.
  if (queued_.contains(key)) return;
  const auto [due, fresh] = due_.emplace(key, at);
  if (!fresh) {
    if (due->second <= at) return;
    by_time_.erase({due->second, key});
    due->second = at;
  }
  by_time_.emplace(at, key);
}

void QueueState::promote(Time now) {
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const auto [at, key] = *by_time_.begin();
    add(key, now);
  }
}

std::optional<Key> QueueState::take(Time now) {
  promote(now);
  if (ready_.empty()) return std::nullopt;
  Key key = std::move(ready_.front());
  ready_.pop_front();
  const auto queued = queued_.find(key);
  last_wait_ = now - queued->second;
  queued_.erase(queued);
  working_.emplace(key, now);
  return key;
}

void QueueState::done(const Key& key) {
  working_.erase(key);
  if (queued_.contains(key)) ready_.push_back(key);
}

std::optional<QueueState::Time> QueueState::next_due() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

RateLimiter::RateLimiter(Options options) : options_(options), tokens_(options.burst) {}

RateLimiter::Clock::duration RateLimiter::next(const Key& key, Clock::time_point now) {
  const int failures = failures_[key]++;
  const auto per_key =
      static_cast<double>(kit::Backoff(options_.first, options_.limit).delay(failures, 1).count());
  if (filled_ == Clock::time_point{}) filled_ = now;
  const double passed = std::chrono::duration<double>(now - filled_).count();
  filled_ = std::max(filled_, now);
  tokens_ = std::min(options_.burst, tokens_ + std::max(0.0, passed) * options_.per_second) - 1;
  const double shared = tokens_ >= 0 ? 0 : -tokens_ / options_.per_second * 1000;
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double, std::milli>(std::max(per_key, shared)));
}

int RateLimiter::failures(const Key& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

}  // namespace kube
