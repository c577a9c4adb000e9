#include "operator/shop/desired/connections.hpp"

#include <algorithm>
#include <limits>

namespace shop {
namespace {

constexpr int largest_pool = 6;
// A request may hold one connection while another is needed.
constexpr int smallest_pool = 2;
constexpr int own_connections = 3;
constexpr int surge = 1;
// A pod drains for at most 23 s, and the next one is replaced 6 s later at the earliest.
constexpr int most_draining = 4;
constexpr int jobs = 1;

int pods(const ServiceSpec& service) {
  const int most = service.autoscaling ? service.autoscaling->max : service.replicas;
  return most + surge + std::min(most, most_draining) + jobs;
}

}  // namespace

ConnectionBudget connection_budget(const Spec& spec, const std::vector<Service>& services,
                                   int max_connections) {
  ConnectionBudget budget;
  budget.available = max_connections - reserved_connections;
  for (budget.pool = largest_pool;; --budget.pool) {
    budget.needed = 0;
    for (auto service : services) {
      const int limit = pods(spec.services.at(service)) * (budget.pool + own_connections);
      budget.limits[service] = limit;
      budget.needed += limit;
    }
    if (budget.fits() || budget.pool == smallest_pool) return budget;
  }
}

ConnectionBudget connection_budget(const ShopContext& context, Service service) {
  for (const auto& server : database_servers(context))
    if (std::find(server.services.begin(), server.services.end(), service) != server.services.end())
      return connection_budget(context.spec, server.services, max_connections);
  const int allowed = context.spec.external_database.max_connections;
  return connection_budget(context.spec, {all_services.begin(), all_services.end()},
                           allowed > 0 ? allowed : std::numeric_limits<int>::max());
}

}  // namespace shop
