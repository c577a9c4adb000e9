#include "services/notification/mail/address.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>

namespace notification {
namespace {

bool plain(char c) {
  return c > ' ' && c < 0x7F && std::string_view("()<>[]:;\\,\"@").find(c) == std::string_view::npos;
}

bool printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

}  // namespace

bool valid_email(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || email.size() > 254) return false;
  const auto local = email.substr(0, at);
  const auto domain = email.substr(at + 1);
  return !domain.empty() && domain.front() != '.' && domain.back() != '.' &&
         std::all_of(local.begin(), local.end(), plain) && std::all_of(domain.begin(), domain.end(), plain);
}

std::optional<Address> parse_address(std::string_view text) {
  text = kit::trim(text);
  const auto open = text.find('<');
  if (open == std::string_view::npos)
    return valid_email(text) ? std::optional<Address>({"", std::string(text)}) : std::nullopt;
  if (text.back() != '>') return std::nullopt;
  const auto email = text.substr(open + 1, text.size() - open - 2);
  auto name = kit::trim(text.substr(0, open));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  if (!valid_email(email) || !printable(name)) return std::nullopt;
  return Address{std::string(name), std::string(email)};
}

}  // namespace notification
