#pragma once
#include <string>

namespace shop {

/// The last lines of a container's termination message or log, fit for a status: at most three lines and 300
/// bytes, without what differs from one crash to the next (times, ids), and without passwords, tokens and
/// keys as far as they stand in URLs, assignments and headers. Of a line of JSON its message and error.
std::string last_lines(const std::string& text);

}  // namespace shop
