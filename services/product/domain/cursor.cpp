#include "services/product/domain/cursor.hpp"

#include "services/kit/auth/base64url.hpp"

#include <charconv>

namespace product {
namespace {

constexpr std::string_view PREFIX = "id:";

}  // namespace

std::string encode_cursor(kit::ProductId last) {
  return kit::auth::base64url(std::string(PREFIX) + std::to_string(last.value));
}

std::optional<kit::ProductId> decode_cursor(std::string_view text) {
  const auto plain = text.size() <= 64 ? kit::auth::from_base64url(text) : std::nullopt;
  if (!plain || !plain->starts_with(PREFIX)) return std::nullopt;
  const char* const end = plain->data() + plain->size();
  kit::ProductId last;
  const auto [stop, error] = std::from_chars(plain->data() + PREFIX.size(), end, last.value);
  // The round trip refuses another spelling of the same id (leading zeros).
  if (error != std::errc{} || stop != end || last.value <= 0 || encode_cursor(last) != text)
    return std::nullopt;
  return last;
}

}  // namespace product
