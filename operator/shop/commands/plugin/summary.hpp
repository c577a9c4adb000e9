#pragma once
#include "operator/kube/object/object.hpp"

#include <string>
#include <vector>

namespace shop::plugin {

/// What `status --output json` prints of a Shop: name, namespace, ready, reason, version, previousVersion,
/// endpoint, conditions, services, lastBackup, lastVerifiedBackup and the last ten of `events` (of
/// events.k8s.io), oldest first. What the Shop does not have is left out. Pure.
kube::Object summary(const kube::Object& shop, const std::vector<kube::Object>& events);

/// A summary as text for people. Pure.
std::string describe(const kube::Object& summary);

/// A table of summaries, one a line. Pure.
std::string list(const std::vector<kube::Object>& summaries);

}  // namespace shop::plugin
