#include "services/user/profile/profile_routes.hpp"

#include "services/kit/http/message/etag.hpp"
#include "services/user/errors/errors.hpp"

namespace user {
namespace {

/// `{"name","email"}`, each optional. Throws Problem 422 that names every wrong field.
ProfileChange read_change(const nlohmann::json& body) {
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

std::string etag(const Profile& profile) { return kit::http::etag_of(to_json(profile).dump()); }

Response render(const std::optional<Profile>& profile) {
  if (!profile) throw AccountGone();
  auto response = Response::json(to_json(*profile));
  response.headers.set("ETag", etag(*profile));
  response.headers.set("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

void ProfileRoutes::add_to(Router& router) const {
  router.get("/api/customers/me", handler_of(*this, &ProfileRoutes::show));
  router.patch("/api/customers/me", handler_of(*this, &ProfileRoutes::change));
}

Response ProfileRoutes::show(const Request& request) const {
  const auto profile = profiles_.find(caller_id(request), request.deadline);
  if (profile && kit::http::has_already(request, etag(*profile)))
    return kit::http::not_modified(etag(*profile));
  return render(profile);
}

Response ProfileRoutes::change(const Request& request) const {
  const auto change = read_change(request.json());
  const auto check = [&](const Profile& current) { kit::http::require_match(request, etag(current)); };
  return render(profiles_.change(caller_id(request), change, verify_email_, check, context_of(request)));
}

}  // namespace user
