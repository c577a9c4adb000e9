#include "services/notification/domain/timestamp.hpp"

#include <algorithm>
#include <cstdio>

namespace notification {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads one piece after the other off the front; after the first that is wrong, `ok` stays false.
struct Pieces {
  std::string_view rest;
  bool ok = true;

  int number(std::size_t digits, int least, int most) {
    if (rest.size() < digits) ok = false;
    int value = 0;
    for (std::size_t i = 0; ok && i < digits; ++i) {
      const char c = rest[i];
      ok = c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    ok = ok && value >= least && value <= most;
    if (ok) rest.remove_prefix(digits);
    return ok ? value : least;
  }
  char one_of(std::string_view allowed) {
    ok = ok && !rest.empty() && allowed.find(rest.front()) != std::string_view::npos;
    if (!ok) return '\0';
    const char c = rest.front();
    rest.remove_prefix(1);
    return c;
  }
  void fraction() {
    if (!ok || rest.empty() || rest.front() != '.') return;
    rest.remove_prefix(1);
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    ok = digits > 0;
    rest.remove_prefix(digits);
  }
};

}  // namespace

std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text) {
  Pieces in{text};
  const int year = in.number(4, 0, 9999);
  in.one_of("-");
  const int month = in.number(2, 1, 12);
  in.one_of("-");
  const int day = in.number(2, 1, 31);
  in.one_of("Tt");
  const int hour = in.number(2, 0, 23);
  in.one_of(":");
  const int minute = in.number(2, 0, 59);
  in.one_of(":");
  const int second = in.number(2, 0, 60);
  in.fraction();
  seconds offset{0};
  if (const char zone = in.one_of("Zz+-"); zone == '+' || zone == '-') {
    const hours h{in.number(2, 0, 23)};
    in.one_of(":");
    offset = h + minutes{in.number(2, 0, 59)};
    if (zone == '-') offset = -offset;
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - offset;
}

std::string spoken(std::chrono::sys_seconds time) {
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
