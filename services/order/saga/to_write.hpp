#pragma once
#include "services/kit/time/deadline.hpp"

namespace order {

/// Writing down what was done must not fail because doing it took all the time.
inline kit::Deadline to_write(kit::Deadline deadline) {
  constexpr std::chrono::milliseconds LEAST{500};
  return deadline.left() < LEAST ? kit::Deadline::in(LEAST) : deadline;
}

}  // namespace order
