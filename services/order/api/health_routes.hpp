#pragma once
#include "services/kit/health/health.hpp"
#include "services/kit/http/client/client.hpp"
#include "services/kit/http/server/router.hpp"

#include <memory>

namespace order::api {

/// GET /health of the gateway: the latest health report of this service and its dependencies. `health` must
/// outlive it.
class HealthRoutes final {
 public:
  explicit HealthRoutes(const kit::Health& health) : health_(health) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response show(const kit::http::Request& request) const;

  const kit::Health& health_;
};

/// Whether another service is ready and its database available. Not required: without it orders are
/// postponed.
kit::Health::Check service_check(std::shared_ptr<kit::http::Client> client);

}  // namespace order::api
