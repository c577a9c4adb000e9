#include "services/user/profile/profile.hpp"

#include "services/user/accounts/account_requests.hpp"

namespace user {

ProfileChange read_profile_change(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  ProfileChange out{read_name(reader, false), reader.optional_email("email")};
  reader.finish();
  return out;
}

nlohmann::json to_json(const Profile& profile) {
  auto out = to_json(profile.user);
  if (profile.pending_email) out["pending_email"] = *profile.pending_email;
  return out;
}

}  // namespace user
