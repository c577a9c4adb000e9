#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/identity/revocations.hpp"
#include "services/order/store/orders.hpp"
#include "services/order/tracking/feed.hpp"

#include <memory>
#include <string_view>

namespace order::api {

/// GET /api/orders/{id}/events: what has happened to the order, then what does, as server-sent events, as
/// long as the access token counts. `revocations` may be null.
void add_tracking_route(kit::http::Router& router, kit::db::Database& database, Feed& feed,
                        std::shared_ptr<const kit::identity::Revocations> revocations);

/// The id that a client got last; 0 without the header. Throws Problem 400 that names it.
std::int64_t read_last_event_id(const kit::http::Headers& headers);

}  // namespace order::api
