#include "services/kit/access/gatekeeper.hpp"
#include "services/user/accounts/routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;

Response create(const Request& request, store::Users& users, Accounts& accounts) {
  const auto who = read_new_user(request.json());
  if (!who.password) {
    const auto id = users.add(who, std::nullopt, request);
    return Response::json({{"user_id", id.value().value}}, 201);
  }
  // Staff see the accounts anyway; to anyone else an address that has one already looks like one that had
  // none.
  if (!request.principal || !request.principal->staff()) {
    accounts.register_account(who, request);
    return Response::json({{"name", who.name}, {"email", who.email}}, 201);
  }
  const auto id = accounts.create(who, request);
  if (!id) throw kit::problem::conflict("E-mail address already registered");
  return Response::json({{"user_id", id->value}}, 201);
}

/// Without reading it as JSON, where a name may be written with escapes.
bool may_have_password(const Request& request) {
  return request.body.find("password") != std::string::npos || request.body.find('\\') != std::string::npos;
}

}  // namespace

void add_users(kit::http::Router& router, store::Users& users, Accounts& accounts) {
  router.get("/users/{id}", [&users](const Request& request) {
    const kit::UserId id{request.id()};
    kit::access::require_may_act_for(request, id);
    const auto user = users.find(id, request.deadline);
    if (!user) throw kit::problem::not_found("User not found");
    // Keys stay in the order of the API's examples.
    return Response::ordered({{"name", user->name}, {"email", user->email}});
  });
  router.add({.method = kit::http::Method::Post,
              .pattern = "/users",
              .handler = [&](const Request& request) { return create(request, users, accounts); },
              .heavy = may_have_password});
}

}  // namespace user::api
