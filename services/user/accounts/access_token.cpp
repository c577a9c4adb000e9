#include "services/user/accounts/access_token.hpp"

#include <algorithm>
#include <cmath>

namespace user {

nlohmann::json access_claims(const User& user, const std::string& session, const TokenIssuer& issuer,
                             double issued_at) {
  return {{"iss", issuer.issuer},
          {"aud", issuer.audience},
          {"sub", std::to_string(user.id.value)},
          {"role", kit::identity::to_string(user.role)},
          {"sid", session},
          {"iat", issued_at},
          {"exp", static_cast<std::int64_t>(std::ceil(issued_at)) + ACCESS_LIFETIME.count()}};
}

const kit::identity::Key* signing_key(const std::vector<kit::identity::Key>& keys) {
  const auto found = std::find_if(keys.begin(), keys.end(), [](const auto& key) {
    return key.algorithm == "EdDSA" && key.jwk.contains("d");
  });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace user
