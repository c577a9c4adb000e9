#include "services/kit/config/server_url.hpp"

#include <algorithm>

namespace kit::config {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_port(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether user and password end where the first "@" is.
bool unambiguous(std::string_view rest) {
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto beyond = rest.substr(authority.size());
  const auto path = beyond.substr(0, beyond.find('?'));
  const auto at = authority.find('@');
  if (at != npos) return authority.find('@', at + 1) == npos && path.find('@') == npos;
  if (beyond.find('@') == npos) return true;
  // "host:5432/db?user=a@b", or "user:pass?word@host"?
  const auto colon = authority.rfind(':');
  const bool host = colon == npos || authority.ends_with(']') || is_port(authority.substr(colon + 1));
  return host && path.find('@') == npos;
}

}  // namespace

std::string password_complaint(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == npos || unambiguous(url.substr(scheme + 3))) return {};
  return "must have its password percent-encoded: @ is %40, / is %2F, ? is %3F, # is %23";
}

}  // namespace kit::config
