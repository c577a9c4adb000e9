#pragma once
#include "services/kit/messaging/event.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kit::messaging {

/// Consecutive deliveries of a subscription that are handled together; all before them are settled. No I/O.
class DeliveryBatch {
 public:
  static constexpr std::size_t LIMIT = 50;

  /// Whether a delivery that was requeued `failures` times may join. Redeliveries are handled alone, because
  /// one of them may have failed its batch.
  bool takes(int failures) const {
    return events_.empty() || (events_.size() < LIMIT && failures == 0 && failures_.front() == 0);
  }
  void add(std::uint64_t tag, int failures, Event event) {
    events_.push_back(std::move(event));
    tags_.push_back(tag);
    failures_.push_back(failures);
  }

  bool empty() const { return events_.empty(); }
  std::size_t size() const { return events_.size(); }
  std::span<const Event> events() const { return events_; }
  std::uint64_t tag(std::size_t i) const { return tags_[i]; }
  int failures(std::size_t i) const { return failures_[i]; }
  /// Acknowledging everything up to this tag settles exactly this batch.
  std::uint64_t last_tag() const { return tags_.back(); }

 private:
  std::vector<Event> events_;
  std::vector<std::uint64_t> tags_;
  std::vector<int> failures_;
};

}  // namespace kit::messaging
