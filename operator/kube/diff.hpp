#pragma once
#include "operator/kube/object.hpp"

#include <string>
#include <vector>

namespace kube {

/// Where a live object does not hold what is wanted.
struct Difference {
  std::string path;  ///< "spec.template.spec.containers[name=user].image"
  Object wanted;
  Object live;  ///< null when it is missing
  bool operator==(const Difference&) const = default;
};

/// Everything in `wanted` that `live` does not hold. What only `live` has does not matter: defaults, status,
/// what other managers own. So that is server-side apply's own view, but for fields that we owned and no
/// longer want, which the hash of Applier finds.
///  - lists that the API merges by key (containers, env, ports of pods and Services, volumes, ...) are
///  matched by key, others element by element and must be
///    of one length;
///  - quantities are compared as numbers; where they stand ("requests", "limits", "storage", ...) "1000m" is
///  1;
///  - a Secret's stringData is compared with data;
///  - empty, zero, false and null in `wanted` are equal to missing, since the server leaves such fields out;
///  - metadata.resourceVersion, uid, managedFields and status are not compared.
std::vector<Difference> differences(const Object& wanted, const Object& live);

/// For people: `path: "a" -> "b"`; what is below data and stringData of a Secret is never shown.
std::string describe(const Difference& difference);

}  // namespace kube
