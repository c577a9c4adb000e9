#pragma once
#include "services/kit/identity/principal.hpp"
#include "services/kit/json/reader.hpp"

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

/// Bodies of requests about accounts. All readers of a whole body throw Problem 422 that names every wrong
/// field.
namespace user {

/// A user to be added: with a password an account, else a guest.
struct NewUser {
  std::string name;
  std::string email;
  std::optional<std::string> password;
};

struct Credentials {
  std::string email;
  std::string password;
};

struct PasswordChange {
  std::string current_password;
  std::string password;
};

struct PasswordReset {
  std::string token;
  std::string password;
};

/// A name on one line; errors go to the reader. Returns nullopt when an optional name is missing.
std::optional<std::string> read_name(kit::json::Reader& reader, bool required);

/// `{"name","email"}` and optionally "password"
NewUser read_new_user(const nlohmann::json& body);
/// The same with the password required.
NewUser read_registration(const nlohmann::json& body);
/// `{"password"}` of an existing account; here and below checked for shape only, so that stricter rules lock
/// nobody out
std::string read_password(const nlohmann::json& body);
/// `{"email","password"}`
Credentials read_credentials(const nlohmann::json& body);
/// `{"refresh_token"}`
std::string read_refresh_token(const nlohmann::json& body);
/// `{"current_password","password"}`; whether the password is strong depends on the account
/// (password_weakness).
PasswordChange read_password_change(const nlohmann::json& body);
/// `{"token","password"}`, likewise
PasswordReset read_password_reset(const nlohmann::json& body);
/// `{"email"}`
std::string read_email(const nlohmann::json& body);
/// `{"token"}`, of a mail
std::string read_mail_token(const nlohmann::json& body);
/// `{"role"}`
kit::identity::Role read_role(const nlohmann::json& body);

}  // namespace user
