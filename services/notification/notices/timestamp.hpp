#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace notification {

/// Reads a time of RFC 3339 ("2026-01-31T12:00:00.123Z", "2026-01-31T13:00:00+01:00"), to the second;
/// nothing for what is none.
std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text);

/// For people: "31 January 2026, 12:00 UTC".
std::string spoken(std::chrono::sys_seconds time);

}  // namespace notification
