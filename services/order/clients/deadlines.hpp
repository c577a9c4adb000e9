#pragma once
#include "services/kit/time/deadline.hpp"

namespace order {

/// At most `limit` from now, and at least `kept` before `deadline`: the time in which to answer.
inline kit::Deadline shortened(kit::Deadline deadline, std::chrono::milliseconds limit,
                               std::chrono::milliseconds kept) {
  return kit::Deadline(std::min(deadline.at() - kept, kit::Deadline::in(limit).at()));
}

/// Writing down what was done must not fail because doing it took all the time.
inline kit::Deadline to_write(kit::Deadline deadline) {
  constexpr std::chrono::milliseconds LEAST{500};
  return deadline.left() < LEAST ? kit::Deadline::in(LEAST) : deadline;
}

}  // namespace order
