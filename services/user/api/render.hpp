#pragma once
#include "services/user/domain/user.hpp"

namespace user::api {

/// A person as they see themselves, and as staff see them.
inline nlohmann::json render(const User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"email", user.email},
          {"kind", kind(user.account)},
          {"role", kit::auth::to_string(user.role)},
          {"created_at", user.created_at}};
}

}  // namespace user::api
