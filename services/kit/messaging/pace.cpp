#include "services/kit/messaging/pace.hpp"

#include <utility>

namespace kit::messaging {

Pace::Next Pace::after(std::size_t found, std::size_t limit) {
  const bool before = std::exchange(found_before_, found > 0);
  if (found > 0) {
    empty_ = 0;
    busy_ = busy_ || before || found >= limit;
    return found >= limit ? Next::AtOnce : Next::Linger;
  }
  if (busy_ && ++empty_ <= PATIENCE) return Next::Linger;
  busy_ = false;
  return Next::Sleep;
}

}  // namespace kit::messaging
