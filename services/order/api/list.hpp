#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/order/store/lists.hpp"

namespace order::api {

/// GET /api/orders: the caller's own orders, the newest first; staff's are everybody's.
void add_list_route(kit::http::Router& router, Lists& lists);

/// What is asked for by ?state=, ?from=, ?to= and, for staff, ?user_id=. Throws Problem 400 that names what
/// is wrong, 403 for another's orders.
Lists::Filter read_filter(const kit::http::Request& request);

}  // namespace order::api
