#include "services/kit/identity/signing_keys.hpp"

#include "services/kit/identity/jwt.hpp"

#include <stdexcept>

namespace kit {

nlohmann::json generate_signing_key(std::int64_t created_at) {
  auto key = identity::generate_ed25519().jwk;
  key["iat"] = created_at;
  return key;
}

nlohmann::json generate_signing_keys(std::int64_t created_at) {
  return {{"keys", nlohmann::json::array({generate_signing_key(created_at)})}};
}

nlohmann::json public_keys(const nlohmann::json& signing_keys) {
  const auto keys = signing_keys.is_object() ? signing_keys.find("keys") : signing_keys.end();
  if (!signing_keys.is_object() || keys == signing_keys.end() || !keys->is_array() || keys->empty())
    throw std::invalid_argument("no JWK set with at least one key");
  nlohmann::json result = {{"keys", nlohmann::json::array()}};
  for (auto key : *keys) {
    if (!key.is_object() || !key.contains("x")) throw std::invalid_argument("a key without its public part");
    key.erase("d");
    result["keys"].push_back(std::move(key));
  }
  return result;
}

}  // namespace kit
