#pragma once
#include "services/kit/identity/principal.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/json/reader.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace user {

/// A person as the shop knows them. A guest has no password and cannot log in; guests may share an e-mail
/// address, accounts may not.
struct User {
  kit::UserId id;
  std::string name;
  std::string email;
  bool account = false;
  kit::identity::Role role = kit::identity::Role::Customer;
  std::string created_at;  ///< RFC 3339 UTC
};

/// Who wants to be one. With a password it is to be an account.
struct NewUser {
  std::string name;
  std::string email;
  std::optional<std::string> password;
};

/// The upper bound only keeps a request from hashing megabytes; NIST SP 800-63B asks for 64 at least.
constexpr kit::json::Length PASSWORD_LENGTH{8, 128};

struct Credentials {
  std::string email;
  std::string password;
};

/// A name, which is on one line; with what is wrong left to the reader. Nothing where it is missing and need
/// not be there.
std::optional<std::string> read_name(kit::json::Reader& reader, bool required);

/// All throw Problem 422 that names every wrong field.
/// `{"name","email"}` and optionally "password".
NewUser read_new_user(const nlohmann::json& body);
/// The same with the password required.
NewUser read_registration(const nlohmann::json& body);
/// Checked for shape only, so that what was a good password once can always be used to log in.
Credentials read_credentials(const nlohmann::json& body);
/// `{"refresh_token"}`
std::string read_refresh_token(const nlohmann::json& body);

/// What is wrong with a password as a reason that completes "password …", or "".
std::string password_weakness(std::string_view password, std::string_view email);

std::string_view kind(bool account);

}  // namespace user
