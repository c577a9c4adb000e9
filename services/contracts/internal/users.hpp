#pragma once
#include "services/kit/identity/user_id.hpp"

#include <string>

#include <nlohmann/json.hpp>

// GET /internal/users/{id} of the user service, called by order and notification; answered 404 when there is
// none.
namespace contracts {

std::string user_target(kit::UserId id);

struct User {
  kit::UserId id;
  std::string name;
  std::string email;
  std::string kind;  ///< "account" or "guest"
};
nlohmann::json to_json(const User& user);
/// Throws Malformed.
User read_user(const std::string& body);

}  // namespace contracts
