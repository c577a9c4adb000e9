#include "services/user/accounts/account_requests.hpp"

#include "services/kit/json/reader.hpp"
#include "services/user/accounts/user.hpp"

namespace user {
namespace {

using kit::json::Reader;

constexpr kit::json::Length TOKEN{1, 200};

}  // namespace

PasswordChange read_password_change(const nlohmann::json& body) {
  Reader reader(body);
  PasswordChange out;
  out.current_password = reader.string("current_password", {1, PASSWORD_LENGTH.max});
  out.password = reader.string("password", PASSWORD_LENGTH);
  reader.finish();
  return out;
}

PasswordReset read_password_reset(const nlohmann::json& body) {
  Reader reader(body);
  PasswordReset out;
  out.token = reader.string("token", TOKEN);
  out.password = reader.string("password", PASSWORD_LENGTH);
  reader.finish();
  return out;
}

std::string read_email(const nlohmann::json& body) {
  Reader reader(body);
  auto email = reader.email("email");
  reader.finish();
  return email;
}

std::string read_token(const nlohmann::json& body) {
  Reader reader(body);
  auto token = reader.string("token", TOKEN);
  reader.finish();
  return token;
}

kit::identity::Role read_role(const nlohmann::json& body) {
  Reader reader(body);
  const auto text = reader.string("role", {1, 50});
  const auto role = kit::identity::parse_role(text);
  if (!role && reader.ok()) reader.error("role", "must be customer, staff or admin");
  reader.finish();
  return *role;
}

}  // namespace user
