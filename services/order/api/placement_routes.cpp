#include "services/order/api/placement_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/order/api/placement_json.hpp"

namespace order::api {

void PlacementRoutes::add_to(kit::http::Router& router) const {
  for (const auto* pattern : {"/orders", "/api/orders"})
    router.post(pattern, handler_of(*this, &PlacementRoutes::place));
}

kit::http::Response PlacementRoutes::place(const kit::http::Request& request) const {
  std::optional<kit::UserId> self;
  if (request.principal) self = request.principal->user;
  const auto placement = read_placement(request.json(), self);
  if (request.principal && !request.principal->may_act_for(placement.user))
    throw kit::problem::forbidden("Orders can be placed for oneself only.").field("user_id", "is not yours");
  const auto order = placement_.place(placement, kit::http::idempotency_key(request, canonical(placement)),
                                      kit::http::Client::Context::of(request));
  return placement_answer(order, placement.product_field());
}

}  // namespace order::api
