#pragma once
#include "operator/kube/object/object.hpp"

#include <string>
#include <vector>

namespace kube {

/// A field of a live object that differs from the desired one.
struct Difference {
  std::string path;  ///< "spec.template.spec.containers[name=user].image"
  Object desired;
  Object live;  ///< null when it is missing
  bool operator==(const Difference&) const = default;
};

/// The fields of `desired` that `live` lacks or has with another value. Fields of `live` alone (defaults,
/// status, fields of other managers) do not count, as in server-side apply. Fields that we owned and no
/// longer desire are found by Applier's hash.
///  - Lists that the API merges by key (containers, env, ports, volumes, ...) are matched by key, others
///    element by element, with equal length.
///  - Quantities ("requests", "limits", "storage", ...) are compared as numbers: "1000m" equals 1.
///  - A Secret's stringData is compared with data.
///  - Empty, zero, false and null in `desired` equal a missing field, since the server omits them.
///  - metadata.resourceVersion, uid, managedFields and status are not compared.
std::vector<Difference> differences(const Object& desired, const Object& live);

/// `path: "a" -> "b"`; values below data and stringData of a Secret are never shown.
std::string describe(const Difference& difference);

}  // namespace kube
