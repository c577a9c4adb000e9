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
  std::string reason;   ///< stable, CamelCase
  std::string message;  ///< for people
};

/// The status of a Shop that is being worked on: conditions Ready, Progressing, Degraded, DatabaseReady,
/// MessagingReady, MigrationsDone, GatewayReady; version, endpoint, services. `shop` is the live object: a
/// condition whose status is the same keeps its time, so that an unchanged Shop gives an equal status. Pure.
Json make_status(const Json& shop, const Inputs& in, const Progress& progress,
                 std::chrono::system_clock::time_point now);

/// The status of a Shop that cannot be worked on at all; what it had is kept, but for Ready, Progressing and
/// Degraded.
Json failed_status(const Json& shop, const std::string& reason, const std::string& message,
                   std::chrono::system_clock::time_point now);

/// Of two statuses: the conditions that are other in status or reason.
std::vector<Condition> transitions(const Json& before, const Json& after);

}  // namespace shop
