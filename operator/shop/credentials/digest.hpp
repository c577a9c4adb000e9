#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace shop {

/// The first `digits` of the SHA-256 of `text`, in hexadecimal.
std::string digest(std::string_view text, std::size_t digits = 64);
/// The 32 bytes themselves.
std::string sha256(std::string_view bytes);

}  // namespace shop
