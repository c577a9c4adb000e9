#pragma once
#include <string>

namespace kube {

/// The text, cut at `most` bytes (at least 3) and then ending in "...", not within a character of UTF-8.
std::string cut(const std::string& text, std::size_t most);

}  // namespace kube
