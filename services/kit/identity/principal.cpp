#include "services/kit/identity/principal.hpp"

#include <array>

namespace kit::identity {

std::string_view to_string(Role role) {
  constexpr std::array<std::string_view, 3> names{"customer", "staff", "admin"};
  return names.at(static_cast<std::size_t>(role));
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto role : {Role::Customer, Role::Staff, Role::Admin})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

}  // namespace kit::identity
