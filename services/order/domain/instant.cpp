#include "services/order/domain/instant.hpp"

#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <chrono>

namespace order {

std::optional<std::string> read_instant(std::string_view text) {
  const auto time = kit::parse_rfc3339(text);
  if (!time) return std::nullopt;
  using Time = std::chrono::sys_time<std::chrono::microseconds>;
  // Where system_clock counts nanoseconds it ends in 2262.
  const Time last = std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);
  return kit::rfc3339(std::clamp(*time, Time(), last));
}

}  // namespace order
