#include "operator/shop/observed/fields.hpp"

#include <initializer_list>
#include <string>

namespace shop {
namespace {

kube::Object only(const kube::Object& object, std::initializer_list<const char*> fields) {
  kube::Object out = kube::Object::object();
  if (!object.is_object()) return out;
  for (const char* field : fields)
    if (const auto found = object.find(field); found != object.end()) out[field] = *found;
  return out;
}

void keep_containers(const kube::Object& from, const char* list, kube::Object& into) {
  const auto found = from.find(list);
  if (found == from.end() || !found->is_array()) return;
  for (const auto& container : *found) into[list].push_back(only(container, {"name", "image", "resources"}));
}

}  // namespace

void keep_read_pod_fields(kube::Object& pod) {
  if (const auto spec = pod.find("spec"); spec != pod.end() && spec->is_object()) {
    auto kept = only(*spec, {"nodeName", "terminationGracePeriodSeconds"});
    keep_containers(*spec, "initContainers", kept);
    keep_containers(*spec, "containers", kept);
    *spec = std::move(kept);
  }
  if (const auto status = pod.find("status"); status != pod.end() && status->is_object())
    for (const char* field : {"hostIP", "hostIPs", "podIP", "podIPs"}) status->erase(field);
  if (const auto metadata = pod.find("metadata"); metadata != pod.end() && metadata->is_object())
    metadata->erase("annotations");
}

}  // namespace shop
