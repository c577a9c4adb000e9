#include "services/kit/time/rfc3339.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace kit {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text` looks like `shape`, in which 0 stands for any digit; letters match in either case.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                    [](char c, char like) { return like == '0' ? is_digit(c) : lower(c) == lower(like); });
}

/// Of digits only.
int number(std::string_view digits) {
  int out = 0;
  for (const char c : digits) out = out * 10 + (c - '0');
  return out;
}

/// Takes ".5" off the front of `text`; finer digits than microseconds are dropped. Returns nullopt for a
/// point without digits.
std::optional<microseconds> take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return microseconds(0);
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  const auto digits = text.substr(1, end - 1);
  text.remove_prefix(end);
  if (digits.empty()) return std::nullopt;
  return microseconds(number((std::string(digits) + "00000").substr(0, 6)));
}

/// "Z" or "+01:30".
std::optional<minutes> offset(std::string_view text) {
  if (has_shape(text, "Z")) return minutes(0);
  if (!has_shape(text, "+00:00") && !has_shape(text, "-00:00")) return std::nullopt;
  const minutes out = hours(number(text.substr(1, 2))) + minutes(number(text.substr(4, 2)));
  if (number(text.substr(1, 2)) > 23 || number(text.substr(4, 2)) > 59) return std::nullopt;
  return text[0] == '+' ? out : -out;
}

}  // namespace

std::string rfc3339(std::chrono::system_clock::time_point time, Fraction fraction) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<microseconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  std::string out(text.data());
  if (fraction == Fraction::Millis) out.resize(out.size() - 3);
  if (fraction == Fraction::None) out.resize(out.size() - 7);
  return out + "Z";
}

std::optional<std::chrono::sys_time<microseconds>> parse_rfc3339(std::string_view text) {
  const auto whole = text.substr(0, 19);
  if (!has_shape(whole, "0000-00-00T00:00:00")) return std::nullopt;
  text.remove_prefix(whole.size());
  const auto part = take_fraction(text);
  const auto shift = offset(text);
  const auto two = [whole](std::size_t at) { return number(whole.substr(at, 2)); };
  const std::chrono::year_month_day date{std::chrono::year(number(whole.substr(0, 4))),
                                         std::chrono::month(static_cast<unsigned>(two(5))),
                                         std::chrono::day(static_cast<unsigned>(two(8)))};
  if (!part || !shift || !date.ok() || two(11) > 23 || two(14) > 59 || two(17) > 60) return std::nullopt;
  return std::chrono::sys_days(date) + hours(two(11)) + minutes(two(14)) + seconds(two(17)) - *shift + *part;
}

}  // namespace kit
