#include "services/user/accounts/auth_routes.hpp"

namespace user {
namespace {

/// RFC 6749, 5.1
Response render(const Sessions::Tokens& tokens) {
  auto response = Response::json({{"access_token", tokens.access},
                                  {"token_type", "Bearer"},
                                  {"expires_in", ACCESS_LIFETIME.count()},
                                  {"refresh_token", tokens.refresh}});
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void AuthRoutes::add_to(Router& router) const {
  router.get("/.well-known/jwks.json", handler_of(*this, &AuthRoutes::list_keys));
  router.add(Method::Post, "/api/auth/login", handler_of(*this, &AuthRoutes::log_in), Lane::Heavy);
  router.post("/api/auth/refresh", handler_of(*this, &AuthRoutes::refresh));
  router.post("/api/auth/logout", handler_of(*this, &AuthRoutes::log_out));
  router.add(Method::Put, "/api/auth/password", handler_of(*this, &AuthRoutes::change_password), Lane::Heavy);
  router.post("/api/auth/password-reset", handler_of(*this, &AuthRoutes::request_reset));
  router.add(Method::Post, "/api/auth/password-reset/confirm", handler_of(*this, &AuthRoutes::reset_password),
             Lane::Heavy);
}

Response AuthRoutes::list_keys(const Request&) const {
  auto set = nlohmann::json::array();
  if (keys_)
    for (const auto& key : *keys_->keys()) set.push_back(kit::identity::public_part(key));
  auto response = Response::json({{"keys", set}});
  // New keys are published long before they sign, so a copy may be this old.
  response.headers.set("Cache-Control", "public, max-age=300");
  return response;
}

Response AuthRoutes::log_in(const Request& request) const {
  return render(sessions_.log_in(read_credentials(request.json()), context_of(request)));
}

Response AuthRoutes::refresh(const Request& request) const {
  return render(sessions_.refresh(read_refresh_token(request.json()), request.deadline));
}

Response AuthRoutes::log_out(const Request& request) const {
  sessions_.log_out(read_refresh_token(request.json()), request.deadline);
  return Response::no_content();
}

Response AuthRoutes::change_password(const Request& request) const {
  accounts_.change_password(read_password_change(request.json()), request.principal.value(),
                            context_of(request));
  return Response::no_content();
}

Response AuthRoutes::request_reset(const Request& request) const {
  mail_requests_.add(MailRequestStore::Kind::Reset, read_email(request.json()), context_of(request));
  return accepted();
}

Response AuthRoutes::reset_password(const Request& request) const {
  accounts_.reset_password(read_password_reset(request.json()), context_of(request));
  return Response::no_content();
}

}  // namespace user
