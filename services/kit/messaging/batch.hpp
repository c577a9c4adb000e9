#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kit::messaging {

/// A row of the outbox.
struct Outgoing {
  std::int64_t id = 0;
  std::string event_id;
  std::string type;
  std::string subject;
  std::string body;
};

/// In what order rows may be published: any number at once, but of one subject the next only after the broker
/// confirmed the one before it, so that a refusal in the middle cannot let a later event overtake an earlier
/// one. No I/O.
class Batch {
 public:
  /// `rows` in the order of their ids.
  explicit Batch(std::vector<Outgoing> rows);

  /// The next to be published; null when none may be, now. Call `sent` for it before asking again.
  const Outgoing* next() const;
  /// The row that `next` gave was published under this delivery tag.
  void sent(std::uint64_t tag);
  /// The broker's word on a tag, or on all up to it.
  void confirmed(std::uint64_t tag, bool multiple, bool accepted);

  /// Published and not confirmed yet.
  bool waiting() const { return !in_flight_.empty(); }
  bool refused() const { return refused_; }
  /// Ids that the broker has.
  const std::vector<std::int64_t>& delivered() const { return delivered_; }
  /// How many of each type those are.
  const std::map<std::string, int>& delivered_types() const { return types_; }

 private:
  void settle(std::size_t row, bool accepted);
  std::vector<Outgoing> rows_;
  std::vector<std::optional<std::size_t>> successor_;  ///< the next row of the same subject
  std::deque<std::size_t> ready_;
  std::map<std::uint64_t, std::size_t> in_flight_;
  std::vector<std::int64_t> delivered_;
  std::map<std::string, int> types_;
  bool refused_ = false;
};

}  // namespace kit::messaging
