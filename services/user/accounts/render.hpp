#pragma once
#include "services/user/profile/profile.hpp"

namespace user::api {

/// A person as they see themselves, and as staff see them.
inline nlohmann::json render(const User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"email", user.email},
          {"kind", kind(user.account)},
          {"role", kit::identity::to_string(user.role)},
          {"created_at", user.created_at}};
}

/// The same with what only they themselves see.
inline nlohmann::json render(const Profile& profile) {
  auto out = render(profile.user);
  if (profile.pending_email) out["pending_email"] = *profile.pending_email;
  return out;
}

}  // namespace user::api
