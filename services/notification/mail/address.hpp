#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace notification {

/// A mailbox: "Alice" <alice@example.com>.
struct Address {
  std::string name;  ///< UTF-8, may be empty
  std::string email;
  bool operator==(const Address&) const = default;
};

/// True for one address that is safe in SMTP commands and headers: visible ASCII, one "@", no separators or
/// quotes.
bool valid_email(std::string_view email);

/// "shop@example.com" or "The Shop <shop@example.com>"; returns nullopt otherwise.
std::optional<Address> parse_address(std::string_view text);

}  // namespace notification
