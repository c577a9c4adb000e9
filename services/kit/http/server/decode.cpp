#include "services/kit/http/server/decode.hpp"

#include "services/kit/encoding/percent.hpp"
#include "services/kit/encoding/text.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace kit::http {
namespace {

bool is_address(const std::string& text) {
  unsigned char binary[sizeof(in6_addr)];
  return inet_pton(AF_INET, text.c_str(), binary) == 1 || inet_pton(AF_INET6, text.c_str(), binary) == 1;
}

/// The last entry was added by our own proxy; clients can forge those before it.
std::string remote_address(const Headers& headers, const std::string& address) {
  std::string_view last;
  for (const auto& [name, value] : headers.all())
    if (equal_ignoring_case(name, "X-Forwarded-For")) last = value;
  const auto comma = last.rfind(',');
  auto entry = std::string(trim(comma == std::string_view::npos ? last : last.substr(comma + 1)));
  return is_address(entry) ? entry : address;
}

bool is_sane_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace

Target split_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::string request_id_of(const Headers& headers) {
  const auto given = headers.get("X-Request-Id");
  return given && is_sane_id(*given) ? std::string(*given) : random_uuid();
}

Request decode(RawRequest raw, const std::string& address) {
  const auto [path, query] = split_target(raw.target);
  auto decoded = percent::decode(path);
  if (!decoded) throw problem::malformed("The path is not percent-encoded UTF-8.");
  std::string bad;
  auto pairs = percent::parse_query(query, &bad);
  if (!pairs) {
    auto refusal = problem::malformed("The query is not percent-encoded UTF-8.");
    if (!bad.empty()) refusal.field("?" + bad, "must be percent-encoded UTF-8 without NUL");
    throw refusal;
  }
  Request request;
  request.path = std::move(*decoded);
  request.query = std::move(*pairs);
  request.remote_address = remote_address(raw.headers, address);
  request.headers = std::move(raw.headers);
  request.body = std::move(raw.body);
  request.body_file = std::move(raw.body_file);
  return request;
}

}  // namespace kit::http
