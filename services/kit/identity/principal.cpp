#include "services/kit/identity/principal.hpp"

namespace kit::identity {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::Customer:
      return "customer";
    case Role::Staff:
      return "staff";
    case Role::Admin:
      return "admin";
  }
  return "customer";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto role : {Role::Customer, Role::Staff, Role::Admin})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

}  // namespace kit::identity
