#pragma once
#include "services/kit/encoding/sha256.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace shop {

/// The first `digits` of the SHA-256 of `text`, in hexadecimal.
inline std::string digest(std::string_view text, std::size_t digits = 64) {
  return kit::sha256_hex(text).substr(0, digits);
}

}  // namespace shop
