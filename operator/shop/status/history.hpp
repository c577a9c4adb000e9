#pragma once
#include "operator/kube/events/events.hpp"
#include "operator/shop/spec/spec.hpp"

#include <string>
#include <vector>

namespace shop {

/// The Events of a change of status, which `kubectl describe shop` shows as the Shop's history: upgrade
/// started, migrated, rolled out, degraded, recovered, ready, not ready. `wanted` is the version that the
/// Shop is to have; empty when its spec is invalid. Without a transition there is none. Pure.
std::vector<kube::Event> history(const Json& before, const Json& after, const std::string& wanted);

}  // namespace shop
