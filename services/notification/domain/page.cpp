#include "services/notification/domain/page.hpp"

#include "services/kit/auth/base64url.hpp"

#include <charconv>

namespace notification {
namespace {
constexpr std::string_view PREFIX = "before:";
}

std::string encode_cursor(std::int64_t before) {
  return kit::auth::base64url(std::string(PREFIX) + std::to_string(before));
}

std::optional<std::int64_t> decode_cursor(std::string_view text) {
  const auto plain = text.size() <= 64 ? kit::auth::from_base64url(text) : std::nullopt;
  if (!plain || !plain->starts_with(PREFIX)) return std::nullopt;
  std::int64_t before = 0;
  const char* end = plain->data() + plain->size();
  const auto [stop, error] = std::from_chars(plain->data() + PREFIX.size(), end, before);
  if (error != std::errc{} || stop != end || before <= 0) return std::nullopt;
  return before;
}

}  // namespace notification
