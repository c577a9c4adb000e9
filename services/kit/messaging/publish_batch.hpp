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

/// Rows that are published together, and in what order: any number at once, but of one subject the next only
/// after the broker confirmed the one before it, so that no event overtakes an earlier one that was refused.
/// No I/O.
class PublishBatch {
 public:
  /// `rows` in the order of their ids.
  explicit PublishBatch(std::vector<Outgoing> rows);

  /// The next row that may be published now, or null. Call `sent` for it before the next call.
  const Outgoing* next() const;
  /// Records that the row from `next` was published under this delivery tag.
  void sent(std::uint64_t tag);
  /// Records the broker's confirm of a tag or, with `multiple`, of all tags up to it.
  void confirmed(std::uint64_t tag, bool multiple, bool accepted);

  /// Whether rows were published and not confirmed yet.
  bool waiting() const { return !in_flight_.empty(); }
  bool refused() const { return refused_; }
  /// Ids of confirmed rows.
  const std::vector<std::int64_t>& delivered() const { return delivered_; }
  /// The number of confirmed rows by type.
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
