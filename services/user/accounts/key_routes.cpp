#include "services/user/accounts/routes.hpp"

namespace user::api {

using kit::http::Request;
using kit::http::Response;

void add_keys(kit::http::Router& router, std::shared_ptr<kit::identity::KeyFile> keys) {
  router.get("/.well-known/jwks.json", [keys](const Request&) {
    auto set = nlohmann::json::array();
    if (keys)
      for (const auto& key : *keys->keys()) set.push_back(kit::identity::public_part(key));
    auto response = Response::json({{"keys", set}});
    // New keys are published well before anything is signed with them, so a copy may be this old.
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
  });
}

}  // namespace user::api
