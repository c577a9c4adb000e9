#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <map>
#include <vector>

namespace shop {

/// How the connections that a PostgreSQL server allows are divided, so that pods x pool never exceeds them.
///
/// A service needs pods x (pool + 3) connections: 3 of a pod are its own (outbox, LISTEN, a readiness check).
/// Its pods are the most that its replicas or its autoscaler allow, and besides one of a rollout, up to four
/// that drain and one of a Job. The pool is the largest, from 6 down to 2, with which all services fit.
struct ConnectionBudget {
  int pool = 6;
  std::map<Service, int> limits;  ///< the role's CONNECTION LIMIT
  int needed = 0;                 ///< sum of the limits
  int available = 0;              ///< max_connections without those reserved for administration
  bool fits() const { return needed <= available; }
};

/// Of each managed server. Fixed, because a change restarts PostgreSQL: it suffices for 20 pods of each
/// service.
inline constexpr int max_connections = 600;
/// For superusers and what the operator does: setup Jobs, backups, monitoring.
inline constexpr int reserved_connections = 10;

/// Of a server that allows `max_connections` and has the databases of these services.
ConnectionBudget connection_budget(const Spec& spec, const std::vector<Service>& services,
                                   int max_connections);

/// Of the server that has this service's database. External databases count as one server, without a limit
/// unless spec.database.external.maxConnections is set.
ConnectionBudget connection_budget(const ShopContext& context, Service service);

}  // namespace shop
