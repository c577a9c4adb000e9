#include "services/order/payments/signature.hpp"

#include "services/kit/encoding/sha256.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace order::payments {
namespace {

constexpr std::size_t MAX_SIGNATURES = 10;

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto comma = text.find(',');
    out.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

struct Header {
  std::string_view timestamp;
  std::int64_t seconds = 0;
  std::vector<std::string_view> signatures;
};

std::optional<Header> read_header(std::string_view text) {
  Header out;
  for (auto part : parts_of(text)) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with("t=")) {
      if (!out.timestamp.empty()) return std::nullopt;
      out.timestamp = part.substr(2);
    } else if (part.starts_with("v1=")) {
      out.signatures.push_back(part.substr(3));
    }
  }
  const auto* end = out.timestamp.data() + out.timestamp.size();
  const auto [stop, error] = std::from_chars(out.timestamp.data(), end, out.seconds);
  if (out.timestamp.empty() || error != std::errc() || stop != end) return std::nullopt;
  if (out.signatures.empty() || out.signatures.size() > MAX_SIGNATURES) return std::nullopt;
  return out;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  const std::string message = std::string(timestamp) + "." + std::string(body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &length))
    return {};
  return kit::hex({reinterpret_cast<const char*>(digest), length});
}

bool webhook_valid(std::string_view header, std::string_view body, std::string_view secret,
                   std::chrono::system_clock::time_point now) {
  const auto read = read_header(header);
  if (!read) return false;
  // As numbers, so that no timestamp can overflow what it is compared with.
  const auto present = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const auto tolerance = std::chrono::duration_cast<std::chrono::seconds>(TOLERANCE).count();
  if (read->seconds < present - tolerance || read->seconds > present + tolerance) return false;
  bool valid = false;
  for (const auto one : parts_of(secret)) {
    if (one.empty()) continue;
    const auto expected = webhook_signature(one, read->timestamp, body);
    for (const auto signature : read->signatures)
      valid = (!expected.empty() && same(signature, expected)) || valid;
  }
  return valid;
}

}  // namespace order::payments
