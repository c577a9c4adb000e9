#include "operator/kube/apply/strays.hpp"

#include <algorithm>
#include <array>

namespace kube {
namespace {

const Object::json_pointer pod_spec("/spec/template/spec");
constexpr std::array container_lists{"containers", "initContainers"};

const Object& list_at(const Object& object, const char* field) {
  static const Object none = Object::array();
  const auto it = object.find(field);
  return it != object.end() && it->is_array() ? *it : none;
}

std::string name_of(const Object& element) { return element.is_object() ? text_at(element, "/name") : ""; }

const Object* named(const Object& list, const std::string& name) {
  const auto it =
      std::find_if(list.begin(), list.end(), [&](const Object& each) { return name_of(each) == name; });
  return it == list.end() ? nullptr : &*it;
}

void add_strays(std::vector<Difference>& found, const std::string& path, const Object& desired,
                const Object& live) {
  for (const auto& each : live) {
    const auto name = name_of(each);
    if (!name.empty() && !named(desired, name))
      found.push_back({path + "[name=" + name + "]", nullptr, each});
  }
}

}  // namespace

std::vector<Difference> strays(const Object& desired, const Object& live) {
  std::vector<Difference> found;
  if (!desired.contains(pod_spec) || !live.contains(pod_spec)) return found;
  for (const char* field : container_lists) {
    const auto& wanted = list_at(desired.at(pod_spec), field);
    const auto& present = list_at(live.at(pod_spec), field);
    const auto path = std::string("spec.template.spec.") + field;
    add_strays(found, path, wanted, present);
    for (const auto& container : wanted)
      if (const auto* other = named(present, name_of(container)))
        add_strays(found, path + "[name=" + name_of(container) + "].env", list_at(container, "env"),
                   list_at(*other, "env"));
  }
  return found;
}

Object without_strays(const Object& desired) {
  Object patch = Object::object();
  for (const char* field : container_lists) {
    const auto& wanted = list_at(desired.at(pod_spec), field);
    patch["spec"]["template"]["spec"][field] = wanted.empty() ? Object() : wanted;
  }
  return patch;
}

}  // namespace kube
