#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Percent-encoding of URIs (RFC 3986) and of form-encoded queries. Pure.
namespace kit::http::percent {

/// Decodes `encoded`; returns nullopt for malformed escapes and when the result has NUL or is not UTF-8.
/// `plus_is_space` for queries.
std::optional<std::string> decode(std::string_view encoded, bool plus_is_space = false);

/// `text` as one path segment or query value: all but unreserved characters escaped.
std::string encode(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;
/// Decodes "a=1&b&a=2" in order, keeping repeats; a name without "=" has the value "". Returns nullopt when a
/// part is malformed, with its name in `malformed` ("" when the name itself is).
std::optional<Pairs> parse_query(std::string_view query, std::string* malformed = nullptr);

}  // namespace kit::http::percent
