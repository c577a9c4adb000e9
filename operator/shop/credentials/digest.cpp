#include "operator/shop/credentials/digest.hpp"

#include <openssl/sha.h>

namespace shop {

std::string sha256(std::string_view bytes) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

std::string digest(std::string_view text, std::size_t digits) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string result;
  for (unsigned char byte : sha256(text)) {
    result += hex[byte >> 4];
    result += hex[byte & 15];
  }
  return result.substr(0, digits);
}

}  // namespace shop
