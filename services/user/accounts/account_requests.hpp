#pragma once
#include "services/kit/identity/principal.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace user {

struct PasswordChange {
  std::string current_password;
  std::string password;
};

struct PasswordReset {
  std::string token;
  std::string password;
};

/// All throw Problem 422 that names every wrong field. Whether a new password is too easily guessed is for
/// the caller, who knows the account (password_weakness).
/// `{"current_password","password"}`
PasswordChange read_password_change(const nlohmann::json& body);
/// `{"token","password"}`
PasswordReset read_password_reset(const nlohmann::json& body);
/// `{"email"}`
std::string read_email(const nlohmann::json& body);
/// `{"token"}`, of a mail
std::string read_token(const nlohmann::json& body);
/// `{"role"}`
kit::identity::Role read_role(const nlohmann::json& body);

}  // namespace user
