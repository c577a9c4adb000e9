#pragma once
#include "services/kit/health/health.hpp"
#include "services/kit/http/client/client.hpp"
#include "services/kit/http/server/router.hpp"

#include <memory>

namespace order::api {

/// GET /health, the gateway's: how this service and what it depends on fare, as last looked at.
void add_health_route(kit::http::Router& router, const kit::Health& health);

/// A check that asks a peer whether it is ready. Not required: without it orders wait, and are not lost.
kit::Health::Check peer_check(std::shared_ptr<kit::http::Client> client);

}  // namespace order::api
