#include "services/user/accounts/user_routes.hpp"

#include "services/contracts/internal/revocations.hpp"
#include "services/contracts/internal/users.hpp"
#include "services/kit/access/gatekeeper.hpp"

namespace user {
namespace {

/// Keys stay in the order of the API's examples.
Response render(const std::string& name, const std::string& email, int status) {
  return Response::ordered({{"name", name}, {"email", email}}, status);
}

/// Decided before the body is read as JSON, where a name may be written with escapes.
bool may_have_password(const Request& request) {
  return request.body.find("password") != std::string::npos || request.body.find('\\') != std::string::npos;
}

}  // namespace

void UserRoutes::add_to(Router& router) const {
  router.get("/users/{id}", handler_of(*this, &UserRoutes::show));
  router.add({.method = Method::Post,
              .pattern = "/users",
              .handler = handler_of(*this, &UserRoutes::add),
              .heavy = may_have_password});
  router.add(Method::Post, "/api/auth/register", handler_of(*this, &UserRoutes::sign_up), Lane::Heavy);
}

Response UserRoutes::show(const Request& request) const {
  const kit::UserId id{request.id()};
  kit::access::require_may_act_for(request, id);
  const auto user = users_.get(id, request.deadline);
  return render(user.name, user.email, 200);
}

Response UserRoutes::add(const Request& request) const {
  const auto who = read_new_user(request.json());
  const auto context = context_of(request);
  const bool staff = request.principal && request.principal->staff();
  // Only staff may learn whether an address has an account.
  if (who.password && !staff) {
    accounts_.register_account(who, context);
    return render(who.name, who.email, 201);
  }
  const auto id = who.password ? accounts_.add_account(who, context) : accounts_.add_guest(who, context);
  return Response::json({{"user_id", id.value}}, 201);
}

Response UserRoutes::sign_up(const Request& request) const {
  const auto who = read_registration(request.json());
  accounts_.register_account(who, context_of(request));
  return render(who.name, who.email, 201);
}

void InternalUserRoutes::add_to(Router& router) const {
  router.get("/internal/users/{id}", handler_of(*this, &InternalUserRoutes::show));
  router.get("/internal/revocations", handler_of(*this, &InternalUserRoutes::list_revocations));
}

Response InternalUserRoutes::show(const Request& request) const {
  const auto user = users_.get({request.id()}, request.deadline);
  return Response::json(
      to_json(contracts::User{user.id, user.name, user.email, std::string(kind(user.account))}));
}

Response InternalUserRoutes::list_revocations(const Request& request) const {
  const std::string since(request.query_value("since").value_or(""));
  return Response::json(contracts::to_json(sessions_.list_revocations(since, request.deadline)));
}

}  // namespace user
