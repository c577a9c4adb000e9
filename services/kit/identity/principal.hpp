#pragma once
#include "services/kit/identity/user_id.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kit::identity {

enum class Role { Customer, Staff, Admin };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

/// The authenticated caller, from a valid access token.
struct Principal {
  UserId user;
  Role role = Role::Customer;
  std::string session;                              ///< the token family ("sid" claim)
  std::chrono::system_clock::time_point expires{};  ///< the token's "exp"
  double issued_at = 0;                             ///< the token's "iat"; 0 when absent

  bool staff() const { return role != Role::Customer; }
  /// Customers act for themselves, staff for anyone.
  bool may_act_for(UserId other) const { return staff() || user == other; }
};

}  // namespace kit::identity
