#include "services/user/accounts/password_routes.hpp"

namespace user {

void PasswordRoutes::add_to(Router& router) const {
  router.add(Method::Put, "/api/auth/password", handler_of(*this, &PasswordRoutes::change), Lane::Heavy);
  router.post("/api/auth/password-reset", handler_of(*this, &PasswordRoutes::request_reset));
  router.add(Method::Post, "/api/auth/password-reset/confirm", handler_of(*this, &PasswordRoutes::reset),
             Lane::Heavy);
}

Response PasswordRoutes::change(const Request& request) const {
  passwords_.change(read_password_change(request.json()), request.principal.value(), context_of(request));
  return Response::no_content();
}

Response PasswordRoutes::request_reset(const Request& request) const {
  mail_requests_.add(MailRequestStore::Kind::Reset, read_email(request.json()), context_of(request));
  return accepted();
}

Response PasswordRoutes::reset(const Request& request) const {
  passwords_.reset(read_password_reset(request.json()), context_of(request));
  return Response::no_content();
}

}  // namespace user
