#include "operator/shop/spec/cron.hpp"

#include <charconv>
#include <vector>

namespace shop {
namespace {

using namespace std::chrono;

// Leap days are at most eight years apart.
constexpr int most_days = 8 * 366;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> number(std::string_view text, int min, int max) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return std::nullopt;
  return value;
}

/// Adds what one element of a list matches: "*", "7", "1-5", each perhaps with "/2".
template <std::size_t size>
bool add(std::bitset<size>& set, std::string_view element, int min, int max) {
  const auto parts = split(element, '/');
  const auto range = split(parts[0], '-');
  if (parts.size() > 2 || range.size() > 2) return false;
  const auto step = parts.size() == 2 ? number(parts[1], 1, max) : 1;
  auto first = std::optional(min), last = std::optional(max);
  if (parts[0] != "*") {
    first = number(range[0], min, max);
    if (range.size() == 2)
      last = number(range[1], min, max);
    else if (parts.size() == 1)
      last = first;
  }
  if (!step || !first || !last || *first > *last) return false;
  for (int value = *first; value <= *last; value += *step) set.set(static_cast<std::size_t>(value));
  return true;
}

template <std::size_t size>
bool read(std::bitset<size>& set, std::string_view field, int min, int max) {
  for (auto element : split(field, ','))
    if (!add(set, element, min, max)) return false;
  return true;
}

}  // namespace

std::optional<Cron> Cron::parse(std::string_view text) {
  const auto fields = split(text, ' ');
  Cron cron;
  if (fields.size() != 5 || !read(cron.minutes_, fields[0], 0, 59) || !read(cron.hours_, fields[1], 0, 23) ||
      !read(cron.days_, fields[2], 1, 31) || !read(cron.months_, fields[3], 1, 12) ||
      !read(cron.weekdays_, fields[4], 0, 7))
    return std::nullopt;
  if (cron.weekdays_[7]) cron.weekdays_.set(0);
  cron.any_day_ = fields[2].starts_with('*');
  cron.any_weekday_ = fields[4].starts_with('*');
  return cron;
}

bool Cron::includes(sys_days day) const {
  const year_month_day date(day);
  if (!months_[static_cast<unsigned>(date.month())]) return false;
  const bool of_month = days_[static_cast<unsigned>(date.day())];
  const bool of_week = weekdays_[weekday(day).c_encoding()];
  return any_day_ || any_weekday_ ? of_month && of_week : of_month || of_week;
}

std::optional<Cron::Time> Cron::last(Time time) const {
  const auto today = floor<days>(time);
  for (auto day = today; today - day <= days(most_days); day -= days(1)) {
    if (!includes(day)) continue;
    for (int minute = 24 * 60 - 1; minute >= 0; --minute)
      if (hours_[static_cast<std::size_t>(minute / 60)] && minutes_[static_cast<std::size_t>(minute % 60)] &&
          day + std::chrono::minutes(minute) <= time)
        return day + std::chrono::minutes(minute);
  }
  return std::nullopt;
}

std::optional<Cron::Time> Cron::next(Time time) const {
  const auto today = floor<days>(time);
  for (auto day = today; day - today <= days(most_days); day += days(1)) {
    if (!includes(day)) continue;
    for (int minute = 0; minute < 24 * 60; ++minute)
      if (hours_[static_cast<std::size_t>(minute / 60)] && minutes_[static_cast<std::size_t>(minute % 60)] &&
          day + std::chrono::minutes(minute) > time)
        return day + std::chrono::minutes(minute);
  }
  return std::nullopt;
}

}  // namespace shop
