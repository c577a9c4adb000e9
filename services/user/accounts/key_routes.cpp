#include "services/user/accounts/key_routes.hpp"

namespace user {

void KeyRoutes::add_to(Router& router) const {
  router.get("/.well-known/jwks.json", handler_of(*this, &KeyRoutes::list));
}

Response KeyRoutes::list(const Request&) const {
  auto set = nlohmann::json::array();
  if (keys_)
    for (const auto& key : *keys_->keys()) set.push_back(kit::identity::public_part(key));
  auto response = Response::json({{"keys", set}});
  // New keys are published long before they sign, so a copy may be this old.
  response.headers.set("Cache-Control", "public, max-age=300");
  return response;
}

}  // namespace user
