#pragma once
#include "operator/kube/object/object.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace shop {

/// An object with the name of a desired object has another controller; the operator leaves it alone.
class NameTaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether `object` has no owner and the labels of the Shop: a store that it, or an earlier Shop of its name,
/// asked to be kept.
inline bool kept_by(const kube::Labels& labels_of_shop, const kube::Object& object) {
  const auto labels = kube::labels(object);
  return !kube::controller_of(object) &&
         std::all_of(labels_of_shop.begin(), labels_of_shop.end(), [&](const auto& each) {
           const auto found = labels.find(each.first);
           return found != labels.end() && found->second == each.second;
         });
}

/// Throws NameTaken unless the owner with this uid controls `object`.
inline void check_controlled_by(const std::string& owner_uid, const kube::Object& object) {
  const auto controller = kube::controller_of(object);
  if (controller && controller->uid == owner_uid) return;
  throw NameTaken(kube::text_at(object, "/kind") + " " + kube::name(object) +
                  " exists and is not this Shop's; it is left as it is");
}

}  // namespace shop
