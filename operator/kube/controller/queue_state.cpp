#include "operator/kube/controller/queue.hpp"
#include "services/kit/time/backoff.hpp"

#include <algorithm>

namespace kube {

void QueueState::drop_due(const Key& key) {
  const auto due = due_.find(key);
  if (due == due_.end()) return;
  by_time_.erase({due->second.at, key});
  due_.erase(due);
}

void QueueState::add(const Key& key, Time now, Priority priority) {
  // What was due later is done now; a resync need not follow soon after.
  drop_due(key);
  const auto [queued, fresh] = queued_.try_emplace(key, Queued{now, priority, added_});
  if (fresh) {
    ++added_;
  } else {
    if (queued->second.priority <= priority) return;
    ready(queued->second.priority).erase(queued->second.order);
    queued->second.priority = priority;
  }
  if (!working_.contains(key)) ready(priority).emplace(queued->second.order, key);
}

void QueueState::add_at(const Key& key, Time at, Time now, Priority priority) {
  if (at <= now) return add(key, now, priority);
  // It is taken before then in any case.
  if (queued_.contains(key)) return;
  const auto [due, fresh] = due_.emplace(key, Due{at, priority});
  if (!fresh) {
    due->second.priority = std::min(due->second.priority, priority);
    if (due->second.at <= at) return;
    by_time_.erase({due->second.at, key});
    due->second.at = at;
  }
  by_time_.emplace(at, key);
}

void QueueState::promote(Time now) {
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const auto key = by_time_.begin()->second;
    add(key, now, due_.at(key).priority);
  }
}

QueueState::Ready& QueueState::next_ready() {
  auto& urgent = ready(Priority::Urgent);
  auto& background = ready(Priority::Background);
  const bool both = !urgent.empty() && !background.empty();
  if (both && passed_over_ < kMaxPassedOver) {
    ++passed_over_;
    return urgent;
  }
  passed_over_ = 0;
  return background.empty() ? urgent : background;
}

std::optional<Key> QueueState::take(Time now) {
  promote(now);
  auto& from = next_ready();
  if (from.empty()) return std::nullopt;
  Key key = std::move(from.begin()->second);
  from.erase(from.begin());
  const auto queued = queued_.find(key);
  last_wait_ = now - queued->second.since;
  queued_.erase(queued);
  working_.emplace(key, now);
  return key;
}

void QueueState::done(const Key& key) {
  working_.erase(key);
  const auto queued = queued_.find(key);
  if (queued != queued_.end()) ready(queued->second.priority).emplace(queued->second.order, key);
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
