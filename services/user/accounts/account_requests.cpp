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

/// Reads the object by `read`.
template <class F>
auto read_object(const nlohmann::json& body, F read) {
  Reader reader(body);
  auto out = read(reader);
  reader.finish();
  return out;
}

/// A password of an existing account.
std::string read_password(Reader& reader, const char* field) {
  return reader.string(field, {1, PASSWORD_LENGTH.max});
}

}  // namespace

std::optional<std::string> read_name(Reader& reader, bool required) {
  auto name = required ? std::optional(reader.string("name", NAME)) : reader.optional_string("name", NAME);
  if (name && name->find_first_of("\n\t") != std::string::npos) reader.error("name", "must be on one line");
  return name;
}

NewUser read_new_user(const nlohmann::json& body) { return read(body, false); }

NewUser read_registration(const nlohmann::json& body) { return read(body, true); }

std::string read_password(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) { return read_password(reader, "password"); });
}

Credentials read_credentials(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) {
    return Credentials{reader.string("email", {1, 254}), read_password(reader, "password")};
  });
}

std::string read_refresh_token(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) { return reader.string("refresh_token", TOKEN); });
}

PasswordChange read_password_change(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) {
    return PasswordChange{read_password(reader, "current_password"),
                          reader.string("password", PASSWORD_LENGTH)};
  });
}

PasswordReset read_password_reset(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) {
    return PasswordReset{reader.string("token", TOKEN), reader.string("password", PASSWORD_LENGTH)};
  });
}

std::string read_email(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) { return reader.email("email"); });
}

std::string read_mail_token(const nlohmann::json& body) {
  return read_object(body, [](Reader& reader) { return reader.string("token", TOKEN); });
}

kit::identity::Role read_role(const nlohmann::json& body) {
  const auto role = read_object(body, [](Reader& reader) {
    const auto found = kit::identity::parse_role(reader.string("role", {1, 50}));
    if (!found && reader.ok()) reader.error("role", "must be customer, staff or admin");
    return found;
  });
  return *role;
}

}  // namespace user
