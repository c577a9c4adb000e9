#pragma once
#include "services/kit/ids.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace order {

/// How many streams of events there may be at once, in all and for one user. Thread-safe.
class Seats {
 public:
  struct Limits {
    int streams = 512;  ///< of this replica
    int per_user = 8;
  };
  explicit Seats(Limits limits) : limits_(limits) {}

  /// Held as long as the stream lasts; must not outlive the Seats.
  using Seat = std::shared_ptr<void>;
  /// Throws Problem 429 when the user has all of his, 503 when all are taken; both say when to come back.
  Seat take(kit::UserId user);
  int taken() const;

 private:
  void give_back(kit::UserId user);
  const Limits limits_;
  mutable std::mutex lock_;
  int taken_ = 0;
  std::unordered_map<std::int64_t, int> by_user_;
};

}  // namespace order
