#include "services/kit/encoding/text.hpp"
#include "services/kit/http/wire/request_reader.hpp"

#include <algorithm>

// The grammar of a request's head: RFC 9112 sections 3 and 5, RFC 9110 section 5.
namespace kit::http {
namespace {

using Error = std::optional<FramingError>;

FramingError malformed(std::string detail) { return {400, "Malformed request", std::move(detail)}; }

/// tchar of RFC 9110.
bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

bool is_field_character(char c) {
  return c == '\t' || static_cast<unsigned char>(c) >= 0x80 || (c >= 0x20 && c < 0x7f);
}

/// "/path?query" of an origin-form or absolute-form target; returns nullopt otherwise.
std::optional<std::string> origin_form(std::string_view target) {
  if (target.empty() || !std::all_of(target.begin(), target.end(), is_visible)) return std::nullopt;
  if (target.find_first_of("#\"<>\\^`{|}") != std::string_view::npos) return std::nullopt;
  if (target.front() == '/') return std::string(target);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    if (end == 0) return std::nullopt;
    if (end == std::string_view::npos) return "/";
    return (target[end] == '?' ? "/" : "") + std::string(target.substr(end));
  }
  return std::nullopt;
}

Error parse_request_line(std::string_view line, RawRequest& into) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return malformed("The request line must be: method, target, version.");
  const auto method = line.substr(0, first);
  if (!is_token(method)) return malformed("The method is no token.");
  const auto version = line.substr(last + 1);
  if (version == "HTTP/1.0") {
    into.http10 = true;
    into.keep_alive = false;
  } else if (version != "HTTP/1.1") {
    if (version.starts_with("HTTP/"))
      return FramingError{505, "HTTP version not supported", "Speak HTTP/1.1."};
    return malformed("The version must be HTTP/1.1.");
  }
  auto target = origin_form(line.substr(first + 1, last - first - 1));
  if (!target) return malformed("The request target is no path.");
  into.method = method;
  into.target = std::move(*target);
  return std::nullopt;
}

Error parse_field(std::string_view line, RawRequest& into) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("A header field has no colon.");
  const auto name = line.substr(0, colon);
  if (!is_token(name)) return malformed("A header field's name is no token.");
  const auto value = trim(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_field_character))
    return malformed("A header field's value holds control characters.");
  into.headers.add(std::string(name), std::string(value));
  return std::nullopt;
}

Error check_host(const RawRequest& request) {
  std::size_t hosts = 0;
  for (const auto& [name, value] : request.headers.all()) {
    if (!equal_ignoring_case(name, "Host")) continue;
    ++hosts;
    const auto fits = [](char c) {
      return is_token_character(c) || std::string_view(":[]();=,").find(c) != std::string_view::npos;
    };
    if (!std::all_of(value.begin(), value.end(), fits)) return malformed("The Host header is malformed.");
    const auto port = value.rfind(':');
    if (port != std::string::npos && value.find(']', port) == std::string::npos) {
      const auto digits = std::string_view(value).substr(port + 1);
      if (digits.size() > 5 ||
          !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return malformed("The Host header's port is malformed.");
    }
  }
  if (hosts > 1 || (hosts == 0 && !request.http10)) return malformed("There must be one Host header.");
  return std::nullopt;
}

void read_connection(RawRequest& request) {
  for (const auto& [name, value] : request.headers.all()) {
    if (!equal_ignoring_case(name, "Connection")) continue;
    if (has_token(value, "close")) {
      request.keep_alive = false;
      return;
    }
    if (request.http10 && has_token(value, "keep-alive")) request.keep_alive = true;
  }
}

}  // namespace

std::optional<FramingError> parse_head(std::string_view head, const ReaderLimits& limits, RawRequest& into) {
  // Only CRLF ends a line; parsers disagree about a lone CR or LF.
  std::size_t fields = 0;
  for (bool first = true; !head.empty() || first; first = false) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view{} : head.substr(end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return malformed("Lines must end with CR LF.");
    if (first) {
      if (line.size() > limits.request_line) return FramingError{414, "URI too long", {}};
      if (auto error = parse_request_line(line, into)) return error;
      continue;
    }
    if (++fields > limits.fields)
      return FramingError{431, "Request header fields too large", "Too many header fields."};
    if (line.starts_with(' ') || line.starts_with('\t'))
      return malformed("Header fields must not be folded.");
    if (auto error = parse_field(line, into)) return error;
  }
  if (auto error = check_host(into)) return error;
  read_connection(into);
  return std::nullopt;
}

}  // namespace kit::http
