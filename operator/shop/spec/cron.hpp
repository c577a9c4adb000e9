#pragma once
#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

namespace shop {

/// A schedule of five fields as cron(5) has them, in UTC: minute, hour, day of month, month, day of week (0
/// and 7 are Sunday), each a list of numbers, ranges and steps. When both days are restricted either may
/// match.
class Cron {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Nullopt for text that is no schedule.
  static std::optional<Cron> parse(std::string_view text);
  /// The last scheduled minute at or before `time`; nullopt when there is none in the eight years before it.
  std::optional<Time> last(Time time) const;
  /// The first scheduled minute after `time`; nullopt when there is none in the eight years after it.
  std::optional<Time> next(Time time) const;

 private:
  bool includes(std::chrono::sys_days day) const;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;
  bool any_day_ = false, any_weekday_ = false;
};

}  // namespace shop
