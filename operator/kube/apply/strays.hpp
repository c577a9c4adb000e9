#pragma once
#include "operator/kube/apply/diff.hpp"

#include <vector>

namespace kube {

/// Containers and environment variables in the pod template of a live workload that the desired one does not
/// have. Server-side apply leaves them, because another manager owns them. `desired` of each is null.
std::vector<Difference> strays(const Object& desired, const Object& live);

/// A JSON merge patch that removes them: it replaces the lists of containers.
Object without_strays(const Object& desired);

}  // namespace kube
