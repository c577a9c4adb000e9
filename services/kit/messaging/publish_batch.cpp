#include "services/kit/messaging/publish_batch.hpp"

#include <string_view>
#include <unordered_map>

namespace kit::messaging {

PublishBatch::PublishBatch(std::vector<Outgoing> rows) : rows_(std::move(rows)), successor_(rows_.size()) {
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto [found, first] = last.try_emplace(rows_[i].subject, i);
    if (first || rows_[i].subject.empty()) {
      ready_.push_back(i);  // events without a subject are not ordered
    } else {
      successor_[found->second] = i;
      found->second = i;
    }
  }
}

const Outgoing* PublishBatch::next() const { return ready_.empty() ? nullptr : &rows_[ready_.front()]; }

void PublishBatch::sent(std::uint64_t tag) {
  in_flight_.emplace(tag, ready_.front());
  ready_.pop_front();
}

void PublishBatch::confirmed(std::uint64_t tag, bool multiple, bool accepted) {
  auto begin = multiple ? in_flight_.begin() : in_flight_.lower_bound(tag);
  const auto end = in_flight_.upper_bound(tag);
  for (auto it = begin; it != end; ++it) settle(it->second, accepted);
  in_flight_.erase(begin, end);
}

void PublishBatch::settle(std::size_t row, bool accepted) {
  if (!accepted) {
    refused_ = true;  // later rows of the subject stay for a later batch
    return;
  }
  delivered_.push_back(rows_[row].id);
  ++types_[rows_[row].type];
  if (successor_[row]) ready_.push_back(*successor_[row]);
}

}  // namespace kit::messaging
