#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Percent-encoding of URIs (RFC 3986) and of form-encoded queries. Pure.
namespace kit::http::percent {

/// The text that `encoded` stands for; nothing when an escape is cut short or no hex, or when the result
/// holds NUL or is not UTF-8. `plus_is_space` for queries.
std::optional<std::string> decode(std::string_view encoded, bool plus_is_space = false);

/// `text` as one path segment or query value: all but unreserved characters escaped.
std::string encode(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;
/// "a=1&b&a=2" decoded, in order, repeats kept; a name without "=" has the value "". Nothing when any part is
/// malformed: then `malformed` is told the name before its "=" ("" when that is what cannot be read).
std::optional<Pairs> parse_query(std::string_view query, std::string* malformed = nullptr);

}  // namespace kit::http::percent
