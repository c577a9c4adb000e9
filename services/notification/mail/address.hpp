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

/// True for one address that is safe to hand to a mail server and to put into a header: visible ASCII, one
/// "@", nothing that separates, quotes or ends anything.
bool valid_email(std::string_view email);

/// "shop@example.com" or "The Shop <shop@example.com>"; nothing when it is neither.
std::optional<Address> parse_address(std::string_view text);

}  // namespace notification
