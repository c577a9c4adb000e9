#pragma once
#include <cstddef>
#include <string>
#include <string_view>

// UTF-8 (RFC 3629). Pure.
namespace kit {

/// True for well-formed UTF-8: no overlong forms, surrogates or code points beyond U+10FFFF.
bool valid_utf8(std::string_view text);

/// How many code points well-formed UTF-8 has.
std::size_t count_code_points(std::string_view text);

/// The code points of well-formed UTF-8; what is malformed gives some code points, too.
std::u32string from_utf8(std::string_view text);

/// Appends a code point.
void append_utf8(std::string& out, char32_t point);

}  // namespace kit
