#pragma once
#include <map>
#include <string>
#include <string_view>

namespace notification {

using Values = std::map<std::string, std::string, std::less<>>;

enum class Format { Text, Html, Url };

/// `text` with every {{name}} replaced by its value: in HTML escaped for element content and quoted
/// attributes, in a URL percent-encoded, in text with control characters made spaces. {{{name}}} is put in as
/// it is: only for what was filled by this function before. Throws std::logic_error for a name without a
/// value, or braces that do not close.
std::string fill(std::string_view text, const Values& values, Format format);

/// True when there is a value for each name in `text`.
bool fillable(std::string_view text, const Values& values);

std::string escape_html(std::string_view text);

}  // namespace notification
