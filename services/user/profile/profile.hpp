#pragma once
#include "services/user/users/user.hpp"

#include <optional>
#include <string>

namespace user {

/// Users as they see themselves.
struct Profile {
  User user;
  std::optional<std::string> pending_email;  ///< requested and not verified yet
};

struct ProfileChange {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

/// `{"name","email"}`, each optional. Throws Problem 422 that names every wrong field.
ProfileChange read_profile_change(const nlohmann::json& body);

nlohmann::json to_json(const Profile& profile);

}  // namespace user
