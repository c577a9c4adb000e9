#include "services/user/accounts/user.hpp"

#include "services/kit/json/reader.hpp"

#include <algorithm>
#include <array>

namespace user {
namespace {

using kit::json::Reader;

constexpr kit::json::Length NAME{1, 200};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

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

}  // namespace

std::optional<std::string> read_name(Reader& reader, bool required) {
  auto name = required ? std::optional(reader.string("name", NAME)) : reader.optional_string("name", NAME);
  if (name && name->find_first_of("\n\t") != std::string::npos) reader.error("name", "must be on one line");
  return name;
}

NewUser read_new_user(const nlohmann::json& body) { return read(body, false); }

NewUser read_registration(const nlohmann::json& body) { return read(body, true); }

Credentials read_credentials(const nlohmann::json& body) {
  Reader reader(body);
  Credentials out;
  out.email = reader.string("email", {1, 254});
  out.password = reader.string("password", {1, PASSWORD_LENGTH.max});
  reader.finish();
  return out;
}

std::string read_refresh_token(const nlohmann::json& body) {
  Reader reader(body);
  auto token = reader.string("refresh_token", {1, 200});
  reader.finish();
  return token;
}

std::string password_weakness(std::string_view password, std::string_view email) {
  // Those that every guessing tool tries first and that are long enough to be taken otherwise.
  constexpr std::array<std::string_view, 20> common{
      "password",  "password1", "password123", "12345678", "123456789", "1234567890", "qwertyuiop",
      "qwerty123", "iloveyou",  "sunshine",    "princess", "football",  "baseball",   "superman",
      "trustno1",  "letmein1",  "welcome1",    "abc12345", "1q2w3e4r",  "11111111"};
  if (std::any_of(common.begin(), common.end(), [&](auto one) { return same_text(one, password); }))
    return "is among the first that are guessed";
  if (std::all_of(password.begin(), password.end(), [&](char c) { return c == password.front(); }))
    return "must not be one character repeated";
  if (same_text(password, email)) return "must not be the e-mail address";
  return {};
}

std::string_view kind(bool account) { return account ? "account" : "guest"; }

}  // namespace user
