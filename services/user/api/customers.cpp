#include "services/user/api/render.hpp"
#include "services/user/api/routes.hpp"

namespace user::api {

using kit::http::Request;
using kit::http::Response;

void add_customers(kit::http::Router& router, store::Users& users) {
  router.get("/api/customers/me", [&users](const Request& request) {
    const auto user = users.find(request.principal.value().user, request.deadline);
    // A token outlives its account by 15 minutes at most.
    if (!user) throw kit::problem::unauthorized("The account is gone.");
    return Response::json(render(*user));
  });
}

}  // namespace user::api
