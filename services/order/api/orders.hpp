#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/clients/users.hpp"
#include "services/order/store/orders.hpp"

namespace order::api {

/// GET /orders/{id} (and under /api): the order with the name and address of its user, as the user service
/// has them now; without them, saying so, when that is away. What it is given must outlive the router.
void add_order_routes(kit::http::Router& router, Orders& orders, Users& users);

}  // namespace order::api
