// Times and base64, as the API has them.
#include "operator/kube/object.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <openssl/evp.h>

namespace kube {

std::string seconds_time(std::chrono::system_clock::time_point time) {
  return kit::rfc3339(time, kit::Fraction::None);
}

std::string micro_time(std::chrono::system_clock::time_point time) {
  return kit::rfc3339(time, kit::Fraction::Micros);
}

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
  return kit::parse_rfc3339(text);
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

std::string base64_decode(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  if (text.empty()) return {};
  std::string out(text.size() / 4 * 3, '\0');
  // OpenSSL takes whitespace around the text and padding within it; neither is ours to accept.
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  const bool well_formed =
      text.size() % 4 == 0 && padding <= 2 &&
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") >=
          text.size() - padding;
  const int n = well_formed ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                              reinterpret_cast<const unsigned char*>(text.data()),
                                              static_cast<int>(text.size()))
                            : -1;
  if (n < 0) throw std::invalid_argument("not base64");
  out.resize(static_cast<std::size_t>(n) - padding);
  return out;
}

}  // namespace kube
