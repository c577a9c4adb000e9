#include "operator/kube/events/events.hpp"
#include "operator/kube/object/text.hpp"
#include "services/kit/trace/trace.hpp"

#include <algorithm>

namespace kube {

namespace {

constexpr std::size_t kMaxMessage = 1024;
constexpr std::size_t kMaxName = 230;

}  // namespace

bool EventAggregator::allowed(const std::string& source, Time now) {
  auto [found, fresh] = buckets_.try_emplace(source, Bucket{static_cast<double>(options_.burst), now});
  auto& bucket = found->second;
  const double refilled = std::chrono::duration<double>(now - bucket.filled) / options_.refill;
  bucket.tokens = std::min<double>(options_.burst, bucket.tokens + std::max(0.0, refilled));
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void EventAggregator::forget_old(Time now) {
  std::erase_if(series_, [&](const auto& entry) { return now - entry.second.last > options_.window; });
  std::erase_if(similar_, [&](const auto& entry) { return now - entry.second.since > options_.window; });
  const double refill_time = static_cast<double>(options_.refill.count()) * options_.burst;
  std::erase_if(buckets_, [&](const auto& entry) {
    return std::chrono::duration<double>(now - entry.second.filled).count() > refill_time;
  });
  while (series_.size() >= options_.max_series) {
    series_.erase(std::min_element(series_.begin(), series_.end(), [](const auto& a, const auto& b) {
      return a.second.last < b.second.last;
    }));
  }
}

std::optional<EventAggregator::Aggregated> EventAggregator::aggregate(const Object& about, const Event& event,
                                                                      Time now) {
  const std::string source = uid(about) + (event.type == EventType::Warning ? "/W" : "/N");
  const std::string group = source + "/" + event.reason + "/" + event.action;
  std::string message = cut(event.message, kMaxMessage);

  auto [similar, first] = similar_.try_emplace(group, Similar{now, 0});
  if (now - similar->second.since > options_.window) similar->second = {now, 0};
  const bool combined = similar->second.messages >= options_.similar;
  std::string key = group + "/" + (combined ? std::string() : message);
  auto found = series_.find(key);
  if (found != series_.end() && now - found->second.last > options_.window) {
    series_.erase(found);
    found = series_.end();
  }
  if (found == series_.end()) {
    forget_old(now);
    ++similar_.try_emplace(group, Similar{now, 0}).first->second.messages;
    const std::string event_name =
        name(about).substr(0, kMaxName) + "." + kit::random_hex(7) + std::to_string(next_++ % 10);
    found = series_.emplace(std::move(key), Series{event_name, 0, now}).first;
    if (combined) message = cut("(combined from similar events) " + message, kMaxMessage);
  }
  auto& series = found->second;
  ++series.count;
  series.last = now;
  if (!allowed(source, now)) return std::nullopt;
  return Aggregated{series.event_name, series.count, std::move(message)};
}

}  // namespace kube
