#include "services/kit/time/rfc3339.hpp"

#include <array>
#include <cstdio>

namespace kit {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads from the front of a text; it stays failed after the first mismatch.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  /// A number of exactly `digits` digits, from `least` to `most`.
  int number(std::size_t digits, int least, int most) {
    int out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = next();
      good_ = good_ && is_digit(c);
      out = good_ ? out * 10 + (c - '0') : 0;
    }
    good_ = good_ && out >= least && out <= most;
    return out;
  }
  /// Reads and returns one of `these`.
  char any(std::string_view these) {
    const char c = next();
    good_ = good_ && c != '\0' && these.find(c) != std::string_view::npos;
    return c;
  }
  bool follows(char c) const { return rest_.starts_with(c); }
  bool digit_follows() const { return !rest_.empty() && is_digit(rest_.front()); }
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

microseconds fraction(Scanner& scan) {
  if (!scan.follows('.')) return {};
  scan.any(".");
  int place = 100'000;
  int out = scan.number(1, 0, 9) * place;
  while (scan.digit_follows())
    out += scan.number(1, 0, 9) * (place /= 10);  // finer digits are multiplied by 0
  return microseconds(out);
}

minutes offset(Scanner& scan) {
  const char sign = scan.any("Zz+-");
  if (sign != '+' && sign != '-') return {};
  const hours hour(scan.number(2, 0, 23));
  scan.any(":");
  const minutes total = hour + minutes(scan.number(2, 0, 59));
  return sign == '+' ? total : -total;
}

}  // namespace

std::string rfc3339(std::chrono::system_clock::time_point time, Fraction fraction) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<microseconds>(time - day));
  const auto micros = static_cast<int>(clock.subseconds().count());
  std::array<char, 64> whole{};
  std::snprintf(whole.data(), whole.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::array<char, 16> part{};
  if (fraction == Fraction::Millis) std::snprintf(part.data(), part.size(), ".%03d", micros / 1000);
  if (fraction == Fraction::Micros) std::snprintf(part.data(), part.size(), ".%06d", micros);
  return std::string(whole.data()) + part.data() + "Z";
}

std::optional<std::chrono::sys_time<microseconds>> parse_rfc3339(std::string_view text) {
  Scanner scan(text);
  const int year = scan.number(4, 0, 9999);
  scan.any("-");
  const int month = scan.number(2, 1, 12);
  scan.any("-");
  const int day = scan.number(2, 1, 31);
  scan.any("Tt");
  const hours hour(scan.number(2, 0, 23));
  scan.any(":");
  const minutes minute(scan.number(2, 0, 59));
  scan.any(":");
  const seconds second(scan.number(2, 0, 60));
  const auto part = fraction(scan);
  const auto shift = offset(scan);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!scan.done() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + hour + minute - shift + second + part;
}

}  // namespace kit
