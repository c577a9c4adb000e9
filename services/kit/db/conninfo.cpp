#include "services/kit/db/conninfo.hpp"

#include "services/kit/encoding/percent.hpp"

namespace kit::db {
namespace {

bool is_uri(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

std::string in_quotes(std::string_view value) {
  std::string out = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// In both forms the last of repeated keys wins in libpq, so ours come first.
std::string uri_with_defaults(std::string_view url, const ConnectionParameters& parameters) {
  const auto query = url.find('?');
  std::string out(url.substr(0, query));
  char separator = '?';
  for (const auto& [key, value] : parameters) {
    out += separator + key + '=' + http::percent::encode(value);
    separator = '&';
  }
  if (query != std::string_view::npos && query + 1 < url.size()) {
    out += separator;
    out += url.substr(query + 1);
  }
  return out;
}

}  // namespace

std::string with_defaults(std::string_view url, const ConnectionParameters& parameters) {
  if (is_uri(url)) return uri_with_defaults(url, parameters);
  std::string out;
  for (const auto& [key, value] : parameters) out += key + '=' + in_quotes(value) + ' ';
  return out.append(url);
}

std::string without_password(std::string message, std::string_view url) {
  if (!is_uri(url))
    return message.find("password") == std::string::npos ? message : "wrong connection string";
  const auto start = url.find("://") + 3;
  const auto at = url.find('@', start);
  if (at == std::string_view::npos) return message;
  const auto colon = url.find(':', start);
  if (colon == std::string_view::npos || colon > at) return message;
  const std::string password(url.substr(colon + 1, at - colon - 1));
  if (password.empty()) return message;
  for (auto found = message.find(password); found != std::string::npos;
       found = message.find(password, found + 3)) {
    message.replace(found, password.size(), "***");
  }
  return message;
}

}  // namespace kit::db
