#include "services/contracts/internal/users.hpp"

#include "services/contracts/internal/malformed.hpp"

namespace contracts {

std::string user_target(kit::UserId id) { return "/internal/users/" + std::to_string(id.value); }

nlohmann::json to_json(const User& user) {
  return {{"id", user.id.value}, {"name", user.name}, {"email", user.email}, {"kind", user.kind}};
}

User read_user(const std::string& body) {
  return read_body(body, [](const nlohmann::json& user) {
    return User{kit::UserId{user.at("id").get<std::int64_t>()}, user.at("name").get<std::string>(),
                user.at("email").get<std::string>(), user.value("kind", "")};
  });
}

}  // namespace contracts
