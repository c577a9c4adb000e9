#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kit {

/// RFC 4648 base64 in the standard alphabet, padded, in one line.
std::string base64(std::string_view bytes);
/// Returns nullopt for wrong or missing padding, other characters (white space too), and trailing bits that
/// are not zero: each value has exactly one spelling.
std::optional<std::string> from_base64(std::string_view text);

/// The same in the URL-safe alphabet without padding, as JOSE has it (RFC 7515).
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace kit
