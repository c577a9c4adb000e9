#pragma once
#include <chrono>
#include <string>

namespace notification {

/// For people: "31 January 2026, 12:00 UTC".
std::string spoken(std::chrono::sys_seconds time);

}  // namespace notification
