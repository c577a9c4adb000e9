#include "services/user/profile/profile.hpp"

#include "services/kit/encoding/text.hpp"

namespace user {

using kit::json::Reader;

ProfileChange read_profile_change(const nlohmann::json& body) {
  Reader reader(body);
  ProfileChange out;
  out.name = read_name(reader, false);
  out.email = reader.optional_email("email");
  reader.finish();
  return out;
}

std::string read_erasure(const nlohmann::json& body) {
  Reader reader(body);
  auto password = reader.string("password", {1, PASSWORD_LENGTH.max});
  reader.finish();
  return password;
}

bool same_address(std::string_view a, std::string_view b) { return kit::equal_ignoring_case(a, b); }

}  // namespace user
