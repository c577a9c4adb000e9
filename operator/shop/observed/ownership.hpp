#pragma once
#include "operator/kube/object/object.hpp"

#include <stdexcept>
#include <string>

namespace shop {

/// An object with the name of a desired object has another controller; the operator leaves it alone.
class NameTaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws NameTaken unless the owner with this uid controls `object`.
inline void check_controlled_by(const std::string& owner_uid, const kube::Object& object) {
  const auto controller = kube::controller_of(object);
  if (controller && controller->uid == owner_uid) return;
  throw NameTaken(kube::text_at(object, "/kind") + " " + kube::name(object) +
                  " exists and is not this Shop's; it is left as it is");
}

}  // namespace shop
