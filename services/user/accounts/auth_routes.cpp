#include "services/user/accounts/routes.hpp"

namespace user::api {
namespace {

using kit::http::Lane;
using kit::http::Method;
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

/// 202: whether a mail goes out is nobody's business.
Response taken() {
  Response response;
  response.status = 202;
  return response;
}

void add_sessions(kit::http::Router& router, Accounts& accounts) {
  router.add(
      Method::Post, "/api/auth/login",
      [&accounts](const Request& request) {
        return granted(accounts.log_in(read_credentials(request.json()), request));
      },
      Lane::Heavy);
  router.post("/api/auth/refresh", [&accounts](const Request& request) {
    return granted(accounts.refresh(read_refresh_token(request.json()), request));
  });
  router.post("/api/auth/logout", [&accounts](const Request& request) {
    accounts.log_out(read_refresh_token(request.json()), request);
    return Response::no_content();
  });
}

void add_registration(kit::http::Router& router, Accounts& accounts) {
  router.add(
      Method::Post, "/api/auth/register",
      [&accounts](const Request& request) {
        const auto who = read_registration(request.json());
        accounts.register_account(who, request);
        return Response::json({{"name", who.name}, {"email", who.email}}, 201);
      },
      Lane::Heavy);
  router.post("/api/auth/verify-email", [&accounts](const Request& request) {
    accounts.verify_email(read_token(request.json()), request);
    return Response::no_content();
  });
  router.post("/api/auth/verify-email/resend", [&accounts](const Request& request) {
    accounts.resend_verification(read_email(request.json()), request);
    return taken();
  });
}

void add_passwords(kit::http::Router& router, Accounts& accounts) {
  router.add(
      Method::Put, "/api/auth/password",
      [&accounts](const Request& request) {
        accounts.change_password(read_password_change(request.json()), request);
        return Response::no_content();
      },
      Lane::Heavy);
  router.post("/api/auth/password-reset", [&accounts](const Request& request) {
    accounts.request_reset(read_email(request.json()), request);
    return taken();
  });
  router.add(
      Method::Post, "/api/auth/password-reset/confirm",
      [&accounts](const Request& request) {
        accounts.reset_password(read_password_reset(request.json()), request);
        return Response::no_content();
      },
      Lane::Heavy);
}

}  // namespace

void add_auth(kit::http::Router& router, Accounts& accounts) {
  add_registration(router, accounts);
  add_sessions(router, accounts);
  add_passwords(router, accounts);
}

}  // namespace user::api
