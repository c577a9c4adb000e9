#include "services/user/api/routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;

/// RFC 6749, 5.1
Response granted(const Accounts::Grant& grant) {
  auto response = Response::json({{"access_token", grant.access_token},
                                  {"token_type", "Bearer"},
                                  {"expires_in", ACCESS_LIFETIME.count()},
                                  {"refresh_token", grant.refresh_token}});
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_auth(kit::http::Router& router, Accounts& accounts) {
  router.post("/api/auth/register", [&accounts](const Request& request) {
    const auto who = read_registration(request.json());
    accounts.create(who, request);  // whether it was new is nobody's business
    return Response::json({{"name", who.name}, {"email", who.email}}, 201);
  });
  router.post("/api/auth/login", [&accounts](const Request& request) {
    return granted(accounts.log_in(read_credentials(request.json()), request));
  });
  router.post("/api/auth/refresh", [&accounts](const Request& request) {
    return granted(accounts.refresh(read_refresh_token(request.json()), request));
  });
  router.post("/api/auth/logout", [&accounts](const Request& request) {
    accounts.log_out(read_refresh_token(request.json()), request);
    return Response::no_content();
  });
}

}  // namespace user::api
