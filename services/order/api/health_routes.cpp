#include "services/order/api/health_routes.hpp"

#include "services/order/api/order_json.hpp"

namespace order::api {

void HealthRoutes::add_to(kit::http::Router& router) const {
  router.get("/health", handler_of(*this, &HealthRoutes::show), kit::http::Lane::Direct);
}

kit::http::Response HealthRoutes::show(const kit::http::Request&) const {
  return health_answer(health_.latest().body);
}

kit::Health::Check service_check(std::shared_ptr<kit::http::Client> client) {
  const auto probe = [client]() -> std::string {
    try {
      const kit::http::Client::Context context{"health", kit::Trace::start(),
                                               kit::Deadline::in(std::chrono::milliseconds(800))};
      const auto response = client->get("/readyz", context);
      if (response.status != 200) return "answered " + std::to_string(response.status);
      // It stays ready while its database is away.
      const auto report = nlohmann::json::parse(response.body, nullptr, false);
      return report.is_object() && report.value("status", "") == "unavailable" ? "is unavailable" : "";
    } catch (const kit::http::Unreachable&) {
      return "cannot be reached";
    }
  };
  return {client->service(), false, probe};
}

}  // namespace order::api
