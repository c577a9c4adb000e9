#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace notification {

/// An opaque cursor: where the next page begins.
std::string encode_cursor(std::int64_t before);
/// Nothing for what no answer of ours gave.
std::optional<std::int64_t> decode_cursor(std::string_view text);

}  // namespace notification
