#include "services/user/accounts/revocation_store.hpp"
#include "services/user/accounts/routes.hpp"

namespace user::api {

using kit::http::Request;
using kit::http::Response;

void add_internal(kit::http::Router& router, store::Users& users, kit::db::Database& database) {
  router.get("/internal/revocations", [&database](const Request& request) {
    const std::string since(request.query_value("since").value_or(""));
    return Response::json(kit::identity::to_json(store::list_revocations(database, since, request.deadline)));
  });
  router.get("/internal/users/{id}", [&users](const Request& request) {
    const auto user = users.find({request.id()}, request.deadline);
    if (!user) throw kit::problem::not_found("User not found");
    return Response::json({{"id", user->id.value},
                           {"name", user->name},
                           {"email", user->email},
                           {"kind", kind(user->account)}});
  });
}

}  // namespace user::api
