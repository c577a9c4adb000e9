#include "services/notification/content/readable_time.hpp"

#include <cstdio>

namespace notification {

std::string readable_time(std::chrono::sys_seconds time) {
  constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char out[64];
  std::snprintf(out, sizeof out, "%u %s %d, %02d:%02d UTC", static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
  return out;
}

}  // namespace notification
