#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kit {

/// How much of a second is written. The rest is cut off, never rounded.
enum class Fraction { None, Millis, Micros };

/// "2026-01-31T12:00:00.123Z" (RFC 3339, UTC).
std::string rfc3339(std::chrono::system_clock::time_point time, Fraction fraction = Fraction::Millis);

/// Reads a time of RFC 3339 with any offset ("2026-01-31T12:00:00.5Z", "2026-01-31t13:30:00+01:30"), to the
/// microsecond: finer digits are dropped. A leap second ("23:59:60") is the first one after it. Returns
/// nullopt for anything else, days that do not exist ("02-30") included.
std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_rfc3339(std::string_view text);

}  // namespace kit
