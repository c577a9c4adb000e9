#include "services/user/users/user.hpp"

#include "services/kit/encoding/text.hpp"

#include <algorithm>

namespace user {

nlohmann::json to_json(const User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"email", user.email},
          {"kind", kind(user.account)},
          {"role", kit::identity::to_string(user.role)},
          {"created_at", user.created_at}};
}

std::string_view kind(bool account) { return account ? "account" : "guest"; }

std::string account_key(std::string_view email) {
  const bool ascii =
      std::all_of(email.begin(), email.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? kit::lower(email) : std::string();
}

}  // namespace user
