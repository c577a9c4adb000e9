#include "services/user/accounts/account_requests.hpp"

#include "services/user/accounts/password_rules.hpp"

namespace user {
namespace {

using kit::json::Reader;

constexpr kit::json::Length NAME{1, 200};
constexpr kit::json::Length TOKEN{1, 200};

NewUser read(const nlohmann::json& body, bool password_required) {
  Reader reader(body);
  NewUser out;
  out.name = read_name(reader, true).value_or("");
  out.email = reader.email("email");
  if (password_required) {
    out.password = reader.string("password", PASSWORD_LENGTH);
  } else {
    out.password = reader.optional_string("password", PASSWORD_LENGTH);
  }
  if (out.password && reader.ok()) {
    if (auto reason = password_weakness(*out.password, out.email); !reason.empty())
      reader.error("password", std::move(reason));
  }
  reader.finish();
  return out;
}

std::string read_token_field(const nlohmann::json& body, const char* field) {
  Reader reader(body);
  auto token = reader.string(field, TOKEN);
  reader.finish();
  return token;
}

}  // namespace

std::optional<std::string> read_name(Reader& reader, bool required) {
  auto name = required ? std::optional(reader.string("name", NAME)) : reader.optional_string("name", NAME);
  if (name && name->find_first_of("\n\t") != std::string::npos) reader.error("name", "must be on one line");
  return name;
}

std::string read_password(Reader& reader, const std::string& field) {
  return reader.string(field, {1, PASSWORD_LENGTH.max});
}

NewUser read_new_user(const nlohmann::json& body) { return read(body, false); }

NewUser read_registration(const nlohmann::json& body) { return read(body, true); }

Credentials read_credentials(const nlohmann::json& body) {
  Reader reader(body);
  Credentials out{reader.string("email", {1, 254}), read_password(reader, "password")};
  reader.finish();
  return out;
}

std::string read_refresh_token(const nlohmann::json& body) { return read_token_field(body, "refresh_token"); }

PasswordChange read_password_change(const nlohmann::json& body) {
  Reader reader(body);
  PasswordChange out{read_password(reader, "current_password"), reader.string("password", PASSWORD_LENGTH)};
  reader.finish();
  return out;
}

PasswordReset read_password_reset(const nlohmann::json& body) {
  Reader reader(body);
  PasswordReset out{reader.string("token", TOKEN), reader.string("password", PASSWORD_LENGTH)};
  reader.finish();
  return out;
}

std::string read_email(const nlohmann::json& body) {
  Reader reader(body);
  auto email = reader.email("email");
  reader.finish();
  return email;
}

std::string read_mail_token(const nlohmann::json& body) { return read_token_field(body, "token"); }

kit::identity::Role read_role(const nlohmann::json& body) {
  Reader reader(body);
  const auto text = reader.string("role", {1, 50});
  const auto role = kit::identity::parse_role(text);
  if (!role && reader.ok()) reader.error("role", "must be customer, staff or admin");
  reader.finish();
  return *role;
}

}  // namespace user
