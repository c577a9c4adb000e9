#pragma once
#include "services/kit/ids.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kit::identity {

enum class Role { Customer, Staff, Admin };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

/// Who is asking, as proved by a valid access token.
struct Principal {
  UserId user;
  Role role = Role::Customer;
  std::string session;                              ///< the token family ("sid" claim)
  std::chrono::system_clock::time_point expires{};  ///< the token counts no more from then on
  double issued_at = 0;                             ///< the token's "iat"; 0: the oldest that one can be

  bool staff() const { return role != Role::Customer; }
  /// Customers act for themselves, staff for anyone.
  bool may_act_for(UserId other) const { return staff() || user == other; }
};

}  // namespace kit::identity
