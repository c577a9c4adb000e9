#include "services/kit/encoding/base64.hpp"

#include <sodium.h>

namespace kit {
namespace {

constexpr int STANDARD = sodium_base64_VARIANT_ORIGINAL;
constexpr int URL_SAFE = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string encode(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  out.pop_back();  // the terminating zero
  return out;
}

std::optional<std::string> decode(std::string_view text, int variant) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                                       text.size(), nullptr, &length, &end, variant);
  if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
  out.resize(length);
  return out;
}

}  // namespace

std::string base64(std::string_view bytes) { return encode(bytes, STANDARD); }
std::optional<std::string> from_base64(std::string_view text) { return decode(text, STANDARD); }
std::string base64url(std::string_view bytes) { return encode(bytes, URL_SAFE); }
std::optional<std::string> from_base64url(std::string_view text) { return decode(text, URL_SAFE); }

}  // namespace kit
