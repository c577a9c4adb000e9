#pragma once
#include "services/kit/identity/user_id.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace order {

/// Limits how many streams of events are open at once, in all and for one user. Thread-safe.
class StreamLimits {
 public:
  struct Limits {
    int streams = 512;  ///< of this replica
    int per_user = 8;
  };
  explicit StreamLimits(Limits limits) : limits_(limits) {}

  /// Held while the stream is open; must not outlive the StreamLimits.
  using Slot = std::shared_ptr<void>;
  /// Throws Problem 429 at the user's limit, 503 at the replica's limit; both with Retry-After.
  Slot acquire(kit::UserId user);
  int open() const;

 private:
  void release(kit::UserId user);
  const Limits limits_;
  mutable std::mutex lock_;
  int open_ = 0;
  std::unordered_map<std::int64_t, int> by_user_;
};

}  // namespace order
