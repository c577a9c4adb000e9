#include "services/kit/http/message/etag.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/accounts.hpp"
#include "services/user/accounts/render.hpp"
#include "services/user/privacy/people_routes.hpp"

namespace user::api {
namespace {

using kit::http::Lane;
using kit::http::Method;
using kit::http::Request;
using kit::http::Response;
using store::Erased;

std::string etag(const Profile& profile) { return kit::http::etag_of(render(profile).dump()); }

Response show(const std::optional<Profile>& profile) {
  if (!profile) throw account_gone();
  auto response = Response::json(render(*profile));
  response.headers.set("ETag", etag(*profile));
  response.headers.set("Cache-Control", "private, no-cache");
  return response;
}

Response get(store::Profiles& profiles, const Request& request) {
  const auto profile = profiles.find(me(request), request.deadline);
  if (profile && kit::http::has_already(request, etag(*profile)))
    return kit::http::not_modified(etag(*profile));
  return show(profile);
}

Response patch(store::Profiles& profiles, bool verify_email, const Request& request) {
  const auto change = read_profile_change(request.json());
  const auto check = [&](const Profile& present) { kit::http::require_match(request, etag(present)); };
  return show(profiles.change(me(request), change, verify_email, check, request));
}

void finish(Erased erased, kit::UserId id, const Request& request) {
  if (erased == Erased::LastAdmin)
    throw kit::problem::conflict("Last admin", "Make somebody else an admin first.");
  kit::log::info("person erased", {{"user_id", id.value}, {"by", me(request).value}});
}

/// Whoever took a token cannot erase its owner with that alone.
Response erase_me(kit::db::Database& database, Accounts& accounts, const Request& request) {
  const auto password = read_erasure(request.json());
  const auto hash = accounts.confirm_password(password, request);
  const auto erased = store::erase(database, me(request), hash, request);
  if (erased == Erased::Unknown || erased == Erased::PasswordChanged) throw account_gone();
  finish(erased, me(request), request);
  return Response::no_content();
}

Response erase(kit::db::Database& database, const Request& request) {
  const kit::UserId id{request.id()};
  if (id == me(request))
    throw kit::problem::conflict("Your own account", "DELETE /api/customers/me, with the password.");
  const auto erased = store::erase(database, id, std::nullopt, request);
  if (erased == Erased::Unknown) throw kit::problem::not_found("User not found");
  finish(erased, id, request);
  return Response::no_content();
}

}  // namespace

void add_profile(kit::http::Router& router, store::Profiles& profiles, bool verify_email) {
  router.get("/api/customers/me", [&profiles](const Request& request) { return get(profiles, request); });
  router.patch("/api/customers/me", [&profiles, verify_email](const Request& request) {
    return patch(profiles, verify_email, request);
  });
}

void add_erasure(kit::http::Router& router, kit::db::Database& database, Accounts& accounts) {
  router.add(
      Method::Delete, "/api/customers/me",
      [&](const Request& request) { return erase_me(database, accounts, request); }, Lane::Heavy);
  router.del("/api/customers/{id}", [&](const Request& request) { return erase(database, request); });
}

}  // namespace user::api
