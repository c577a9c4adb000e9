#include "services/kit/http/message/etag.hpp"

#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"
#include "services/kit/encoding/text.hpp"

namespace kit::http {
namespace {

constexpr std::size_t TAG_BYTES = 16;

/// Whether a field's value (RFC 9110, 13.1: "*" or a list of entity tags) has `etag`. What is malformed
/// matches nothing.
bool listed(std::string_view value, std::string_view etag, bool weakly) {
  value = trim(value);
  if (value == "*") return !etag.empty();
  while (!value.empty()) {
    const bool weak = value.starts_with("W/");
    if (weak) value.remove_prefix(2);
    const auto end = value.starts_with('"') ? value.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    if ((weakly || !weak) && value.substr(0, end + 1) == etag) return true;
    value = trim(value.substr(end + 1));
    if (value.empty() || value.front() != ',') return false;
    value = trim(value.substr(1));
  }
  return false;
}

}  // namespace

std::string etag_of(std::string_view content) {
  return '"' + base64url(std::string_view(sha256(content)).substr(0, TAG_BYTES)) + '"';
}

void require_match(const Request& request, std::string_view etag) {
  const auto wanted = request.headers.get("If-Match");
  if (wanted && !listed(*wanted, etag, false))
    throw Problem(412, "Precondition failed", "It has changed since it was read: read it again.");
}

bool has_already(const Request& request, std::string_view etag) {
  const auto known = request.headers.get("If-None-Match");
  return known && listed(*known, etag, true);
}

Response not_modified(std::string etag) {
  Response response;
  response.status = 304;
  response.headers.set("ETag", std::move(etag));
  return response;
}

}  // namespace kit::http
