#pragma once
#include <charconv>
#include <string_view>
#include <vector>

namespace kit {

/// The numbers that a version begins with: "v1.4.0-rc1" -> 1, 4, 0. Empty when it does not begin with one.
inline std::vector<int> version_numbers(std::string_view version) {
  std::vector<int> numbers;
  if (version.starts_with('v')) version.remove_prefix(1);
  const char* at = version.data();
  const char* const end = at + version.size();
  for (;;) {
    int number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0) return numbers;
    numbers.push_back(number);
    if (next == end || *next != '.') return numbers;
    at = next + 1;
  }
}

/// Major, minor and patch version, missing ones 0; empty for what does not begin with a number.
inline std::vector<int> release_numbers(std::string_view version) {
  auto numbers = version_numbers(version);
  if (!numbers.empty()) numbers.resize(3);
  return numbers;
}

}  // namespace kit
