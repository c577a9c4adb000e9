#include "services/user/accounts/internal_user_routes.hpp"

#include "services/contracts/internal/users.hpp"

namespace user {

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
  return Response::json(to_json(revocations_.list(since, request.deadline)));
}

}  // namespace user
