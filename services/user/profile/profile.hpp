#pragma once
#include "services/user/accounts/user.hpp"

#include <optional>
#include <string>

namespace user {

/// A person as they see themselves.
struct Profile {
  User user;
  std::optional<std::string> pending_email;  ///< asked for, and not verified yet
};

struct ProfileChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

/// Both throw Problem 422 that names every wrong field.
/// `{"name","email"}`, each optional
ProfileChange read_profile_change(const nlohmann::json& body);
/// `{"password"}`
std::string read_erasure(const nlohmann::json& body);

/// Whether two addresses are the same account's.
bool same_address(std::string_view a, std::string_view b);

}  // namespace user
