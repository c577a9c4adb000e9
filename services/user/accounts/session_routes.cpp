#include "services/user/accounts/session_routes.hpp"

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

void SessionRoutes::add_to(Router& router) const {
  router.add(Method::Post, "/api/auth/login", handler_of(*this, &SessionRoutes::log_in), Lane::Heavy);
  router.post("/api/auth/refresh", handler_of(*this, &SessionRoutes::refresh));
  router.post("/api/auth/logout", handler_of(*this, &SessionRoutes::log_out));
}

Response SessionRoutes::log_in(const Request& request) const {
  return render(sessions_.log_in(read_credentials(request.json()), context_of(request)));
}

Response SessionRoutes::refresh(const Request& request) const {
  return render(sessions_.refresh(read_refresh_token(request.json()), request.deadline));
}

Response SessionRoutes::log_out(const Request& request) const {
  sessions_.log_out(read_refresh_token(request.json()), request.deadline);
  return Response::no_content();
}

}  // namespace user
