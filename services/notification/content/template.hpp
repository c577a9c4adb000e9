#pragma once
#include <map>
#include <string>
#include <string_view>

namespace notification {

using Values = std::map<std::string, std::string, std::less<>>;

enum class Format { Text, Html, Url };

/// `text` with every {{name}} replaced by its value: in HTML escaped for element content and quoted
/// attributes, in a URL percent-encoded, in text with control characters replaced by spaces. {{{name}}} is
/// inserted unescaped: only for what this function returned before. Throws std::logic_error for a name
/// without a value and for unclosed braces.
std::string fill(std::string_view text, const Values& values, Format format);

/// True when every name in `text` has a value.
bool fillable(std::string_view text, const Values& values);

std::string escape_html(std::string_view text);

}  // namespace notification
