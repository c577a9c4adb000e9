#include "operator/shop/credentials/digest.hpp"

#include "services/kit/encoding/sha256.hpp"

namespace shop {

std::string digest(std::string_view text, std::size_t digits) {
  return kit::sha256_hex(text).substr(0, digits);
}

}  // namespace shop
