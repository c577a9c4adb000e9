#include "services/kit/http/message/idempotency_key.hpp"

#include <algorithm>

namespace kit::http {
namespace {

constexpr std::size_t MAX_KEY = 255;

}  // namespace

std::optional<std::string> idempotency_key(const Request& request) {
  const auto header = request.headers.get("Idempotency-Key");
  if (!header) return std::nullopt;
  const bool visible =
      std::all_of(header->begin(), header->end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!header->empty() && header->size() <= MAX_KEY && visible) return std::string(*header);
  const std::string reason = "must be 1 to 255 visible ASCII characters";
  throw Problem(400, "Malformed request", "Idempotency-Key " + reason).field("Idempotency-Key", reason);
}

Problem key_reused() { return problem::invalid("Idempotency-Key", "came with another request before"); }

}  // namespace kit::http
