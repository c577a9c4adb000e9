#include "services/user/accounts/password_rules.hpp"

#include "services/kit/encoding/text.hpp"
#include "services/user/errors/errors.hpp"

#include <algorithm>
#include <array>

namespace user {

std::string password_weakness(std::string_view password, std::string_view email) {
  using kit::equal_ignoring_case;
  // Guessing tools try these first, and they are long enough to be accepted otherwise.
  constexpr std::array<std::string_view, 20> common{
      "password",  "password1", "password123", "12345678", "123456789", "1234567890", "qwertyuiop",
      "qwerty123", "iloveyou",  "sunshine",    "princess", "football",  "baseball",   "superman",
      "trustno1",  "letmein1",  "welcome1",    "abc12345", "1q2w3e4r",  "11111111"};
  if (std::any_of(common.begin(), common.end(), [&](auto one) { return equal_ignoring_case(one, password); }))
    return "is among the first that are guessed";
  if (std::all_of(password.begin(), password.end(), [&](char c) { return c == password.front(); }))
    return "must not be one character repeated";
  if (equal_ignoring_case(password, email)) return "must not be the e-mail address";
  return {};
}

void require_strong(std::string_view password, std::string_view email) {
  if (auto reason = password_weakness(password, email); !reason.empty())
    throw WeakPassword(std::move(reason));
}

}  // namespace user
