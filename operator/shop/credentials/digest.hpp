#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace shop {

/// The first `digits` of the SHA-256 of `text`, in hexadecimal.
std::string digest(std::string_view text, std::size_t digits = 64);

}  // namespace shop
