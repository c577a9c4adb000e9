#include "services/order/domain/instant.hpp"

#include "services/kit/time/deadline.hpp"

#include <algorithm>
#include <chrono>

namespace order {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

/// Takes what it reads off the front of a text; once something was not there it is no good any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int least, int most) {
    int out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = next();
      good_ = good_ && c >= '0' && c <= '9';
      out = good_ ? out * 10 + (c - '0') : 0;
    }
    good_ = good_ && out >= least && out <= most;
    return out;
  }
  /// One of `these`; which.
  char any(std::string_view these) {
    const char c = next();
    good_ = good_ && c != '\0' && these.find(c) != std::string_view::npos;
    return c;
  }
  bool follows(char c) const { return rest_.starts_with(c); }
  bool digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool good() const { return good_; }
  bool done() const { return good_ && rest_.empty(); }

 private:
  char next() {
    if (rest_.empty()) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  std::string_view rest_;
  bool good_ = true;
};

milliseconds fraction(Scanner& scan) {
  if (!scan.follows('.')) return milliseconds(0);
  scan.any(".");
  int out = scan.number(1, 0, 9) * 100;
  for (int place = 10; scan.digit(); place /= 10) out += scan.number(1, 0, 9) * place;  // in the end times 0
  return milliseconds(out);
}

minutes offset(Scanner& scan) {
  const char sign = scan.any("Zz+-");
  if (sign != '+' && sign != '-') return minutes(0);
  const int hour = scan.number(2, 0, 23);
  scan.any(":");
  const int total = hour * 60 + scan.number(2, 0, 59);
  return minutes(sign == '+' ? total : -total);
}

}  // namespace

std::optional<std::string> read_instant(std::string_view text) {
  Scanner scan(text);
  const int year = scan.number(4, 0, 9999);
  scan.any("-");
  const int month = scan.number(2, 1, 12);
  scan.any("-");
  const int day = scan.number(2, 1, 31);
  scan.any("Tt");
  const int hour = scan.number(2, 0, 23);
  scan.any(":");
  const int minute = scan.number(2, 0, 59);
  scan.any(":");
  const int second = scan.number(2, 0, 60);  // the leap second is the next one's first
  const auto part = scan.good() ? fraction(scan) : milliseconds(0);
  const auto shift = scan.good() ? offset(scan) : minutes(0);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!scan.done() || !date.ok()) return std::nullopt;
  using Time = std::chrono::time_point<std::chrono::system_clock, milliseconds>;
  const Time time = Time(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(hour) +
                    minutes(minute) - shift + std::chrono::seconds(second) + part;
  // Where system_clock counts nanoseconds it ends in 2262.
  const Time last{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1).time_since_epoch()};
  return kit::rfc3339(std::clamp(time, Time(milliseconds(0)), last));
}

}  // namespace order
