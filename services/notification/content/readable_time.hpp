#pragma once
#include <chrono>
#include <string>

namespace notification {

/// "31 January 2026, 12:00 UTC"
std::string readable_time(std::chrono::sys_seconds time);

}  // namespace notification
