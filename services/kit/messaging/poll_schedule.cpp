#include "services/kit/messaging/poll_schedule.hpp"

#include <utility>

namespace kit::messaging {

PollSchedule::Next PollSchedule::after(std::size_t found, std::size_t limit) {
  const bool before = std::exchange(found_before_, found > 0);
  if (found > 0) {
    empty_ = 0;
    busy_ = busy_ || before || found >= limit;
    return found >= limit ? Next::AtOnce : Next::AfterInterval;
  }
  if (busy_ && ++empty_ <= EMPTY_POLLS) return Next::AfterInterval;
  busy_ = false;
  return Next::Sleep;
}

}  // namespace kit::messaging
