#include "services/order/api/health.hpp"

#include "services/order/api/render.hpp"

namespace order::api {

void add_health_route(kit::http::Router& router, const kit::Health& health) {
  router.get(
      "/health", [&health](const kit::http::Request&) { return health_answer(health.latest().body); },
      kit::http::Lane::Direct);
}

kit::Health::Check peer_check(std::shared_ptr<kit::http::Client> client) {
  const auto probe = [client]() -> std::string {
    try {
      const kit::http::Client::Context context{"health", kit::Trace::start(),
                                               kit::Deadline::in(std::chrono::milliseconds(800))};
      const auto response = client->get("/readyz", context);
      return response.status == 200 ? "" : "answered " + std::to_string(response.status);
    } catch (const kit::http::Unreachable&) {
      return "cannot be reached";
    }
  };
  return {client->peer(), false, probe};
}

}  // namespace order::api
