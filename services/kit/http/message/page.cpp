#include "services/kit/http/message/page.hpp"

#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/percent.hpp"

#include <charconv>

namespace kit::http {
namespace {

constexpr int DEFAULT_LIMIT = 50;
constexpr int MAX_LIMIT = 200;
constexpr std::string_view PREFIX = "id:";

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, into);
  return error == std::errc{} && stop == end;
}

/// The path that was asked for, as it must be written: the pattern with its parameters put in.
std::string target_of(const Request& request) {
  std::string out;
  std::string_view rest = request.pattern;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const auto close = rest.find('}', open);
    out += rest.substr(0, open);
    out += percent::encode(request.param(rest.substr(open + 1, close - open - 1)));
    rest.remove_prefix(close + 1);
  }
  return out + std::string(rest);
}

}  // namespace

int page_limit(const Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return DEFAULT_LIMIT;
  int limit = 0;
  if (!read_number(*text, limit) || limit < 1 || limit > MAX_LIMIT)
    throw bad_query("?limit", "must be a whole number from 1 to " + std::to_string(MAX_LIMIT));
  return limit;
}

Problem bad_query(const std::string& field, const std::string& reason) {
  return Problem(400, "Malformed request", field + " " + reason).field(field, reason);
}

PageQuery PageQuery::of(const Request& request) {
  PageQuery out{page_limit(request), std::nullopt};
  if (const auto text = request.query_value("cursor")) {
    out.after = decode_cursor(*text);
    if (!out.after) throw bad_query("?cursor", "must be one that an earlier answer gave");
  }
  return out;
}

std::string encode_cursor(std::int64_t last) { return base64url(std::string(PREFIX) + std::to_string(last)); }

std::optional<std::int64_t> decode_cursor(std::string_view text) {
  const auto plain = text.size() <= 64 ? from_base64url(text) : std::nullopt;
  if (!plain || !plain->starts_with(PREFIX)) return std::nullopt;
  std::int64_t last = 0;
  // The round trip refuses another spelling of the same id (leading zeros).
  if (!read_number(std::string_view(*plain).substr(PREFIX.size()), last) || last <= 0 ||
      encode_cursor(last) != text)
    return std::nullopt;
  return last;
}

void link_next(Response& response, const Request& request, const PageQuery& page, std::int64_t last,
               const std::vector<std::pair<std::string, std::string>>& filters) {
  std::string target = target_of(request) + "?limit=" + std::to_string(page.limit);
  for (const auto& [name, value] : filters) target += "&" + name + "=" + value;
  response.headers.set("Link", "<" + target + "&cursor=" + encode_cursor(last) + ">; rel=\"next\"");
}

}  // namespace kit::http
