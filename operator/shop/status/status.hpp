#pragma once
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/plan/plan.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace shop {

/// One entry of status.conditions, without its time.
struct Condition {
  std::string type;
  bool status;
  std::string reason;  ///< stable, CamelCase
  std::string message;
};

/// The status of a Shop that can be reconciled: conditions Ready, Progressing, Degraded, DatabaseReady,
/// MessagingReady, MigrationsDone, GatewayReady; version, endpoint, services. `shop` is the live object: a
/// condition whose status is the same keeps its time, so that an unchanged Shop gives an equal status. Pure.
Json make_status(const Json& shop, const ShopContext& in, const Progress& progress,
                 std::chrono::system_clock::time_point now);

/// The status of a Shop that cannot be reconciled: as before, but for Ready, Progressing and Degraded.
Json failed_status(const Json& shop, const std::string& reason, const std::string& message,
                   std::chrono::system_clock::time_point now);

/// The status of `shop` with one condition set.
Json with_condition(const Json& shop, const Condition& condition, std::chrono::system_clock::time_point now);

/// The conditions of `after` whose status or reason differs from `before`.
std::vector<Condition> transitions(const Json& before, const Json& after);

}  // namespace shop
