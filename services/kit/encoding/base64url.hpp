#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace kit {

/// RFC 4648 base64url without padding, as JOSE uses it.
std::string base64url(std::string_view bytes);
/// Strict: padding, other alphabets, white space and trailing bits that are not zero are refused, so that
/// there is exactly one spelling of each value.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace kit
