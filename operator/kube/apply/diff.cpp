#include "operator/kube/apply/diff.hpp"

#include "operator/kube/object/quantity.hpp"
#include "services/kit/encoding/base64.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace kube {

namespace {

/// In place of a value that the live object has not.
const Object& missing() {
  static const Object null;
  return null;
}

bool any_of(std::string_view what, std::initializer_list<std::string_view> among) {
  return std::find(among.begin(), among.end(), what) != among.end();
}

/// The server does not store such values.
bool means_nothing(const Object& value) {
  if (value.is_null() || ((value.is_structured() || value.is_string()) && value.empty())) return true;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  if (value.is_boolean()) return !value.get<bool>();
  return value.is_number() && value == 0;
}

std::string scalar_text(const Object& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A position in both objects. It refers to the one above it and to names of the objects; the text of the
/// path is made only for a difference, because it would be most of the comparison's cost.
struct Place {
  const Place* above = nullptr;
  std::string_view step{};  ///< a field's name, or the key of a list's element
  bool is_element = false;
  std::string_view field{};   ///< the last name in the path, list elements left out
  std::string_view parent{};  ///< the name before that

  Place child(std::string_view name) const { return {this, name, false, name, field}; }
  Place element(std::string_view which) const { return {this, which, true, field, parent}; }

  /// "spec.template.spec.containers[name=user].image"
  std::string path() const {
    if (above == nullptr) return {};
    std::string out = above->path();
    if (is_element) return out + "[" + std::string(step) + "]";
    return out + (out.empty() ? "" : ".") + std::string(step);
  }
  bool is_root() const { return above == nullptr; }
  /// Whether this is a field of the root's field `top`.
  bool is(std::string_view top, std::string_view name) const {
    return !is_element && step == name && !is_root() && above->is(top);
  }
  bool is(std::string_view top) const { return !is_root() && !is_element && step == top && above->is_root(); }
};

bool holds_quantity(const Place& at) {
  return any_of(at.parent, {"requests", "limits", "capacity", "hard"}) ||
         any_of(at.field, {"sizeLimit", "averageValue", "divisor"}) ||
         (at.field == "value" && at.parent == "target");
}

/// Objects that the API treats as a unit: an additional field is a difference.
bool atomic(const Place& at) {
  return any_of(at.field, {"selector", "matchLabels", "nodeSelector", "podSelector", "namespaceSelector",
                           "labelSelector"});
}

/// Fields that the server sets.
bool is_servers(const Place& at, const std::string& name) {
  if (at.is_root()) return name == "status";
  return at.is("metadata") &&
         any_of(name, {"resourceVersion", "uid", "managedFields", "creationTimestamp", "generation"});
}

/// The fields by which the API matches elements of this list; empty when it replaces the list as a whole.
std::vector<std::string> list_keys(const Place& at, const Object& list) {
  if (any_of(at.field, {"containers", "initContainers", "ephemeralContainers", "volumes", "env",
                        "imagePullSecrets", "resourceClaims", "secrets"})) {
    return {"name"};
  }
  if (at.field == "volumeMounts") return {"mountPath"};
  if (at.field == "volumeDevices") return {"devicePath"};
  if (at.field == "topologySpreadConstraints") return {"topologyKey", "whenUnsatisfiable"};
  if (at.field == "hostAliases") return {"ip"};
  if (at.is("metadata", "ownerReferences")) return {"uid"};
  // "ports" is keyed in pods and Services, and not in network policies.
  if (at.is("spec", "ports")) return {"port", "protocol"};
  if (at.field == "ports" && !list.empty() && list[0].is_object() && list[0].contains("containerPort")) {
    return {"containerPort", "protocol"};
  }
  return {};
}

/// An element's key as text, "name=user"; empty when it has none.
std::string element_key(const Object& element, const std::vector<std::string>& keys) {
  std::string out;
  if (!element.is_object()) return out;
  for (const auto& key : keys) {
    const auto found = element.find(key);
    std::string value;
    if (found != element.end()) {
      value = scalar_text(*found);
    } else if (key == "protocol") {
      value = "TCP";
    } else {
      return {};
    }
    // TCP, the default protocol of a port, is left out.
    if (key == "protocol" && value == "TCP") continue;
    out += (out.empty() ? "" : ",") + key + "=" + value;
  }
  return out;
}

class Comparison {
 public:
  explicit Comparison(bool builtin) : builtin_(builtin) {}

  void compare(const Place& at, const Object& desired, const Object& live) {
    if (desired.is_object() && live.is_object()) return compare_objects(at, desired, live);
    if (desired.is_array() && live.is_array()) return compare_lists(at, desired, live);
    if (desired == live || (live.is_null() && means_nothing(desired)) ||
        equal_quantities(at, desired, live)) {
      return;
    }
    found_.push_back({at.path(), desired, live});
  }
  std::vector<Difference> take() { return std::move(found_); }

 private:
  static bool equal_quantities(const Place& at, const Object& desired, const Object& live) {
    if (!holds_quantity(at) || desired.is_structured() || live.is_structured()) return false;
    const auto a = Quantity::parse(scalar_text(desired));
    return a && a == Quantity::parse(scalar_text(live));
  }

  void compare_objects(const Place& at, const Object& desired, const Object& live) {
    for (const auto& [name, value] : desired.items()) {
      if (value.is_null() || is_servers(at, name)) continue;
      const auto found = live.find(name);
      compare(at.child(name), value, found == live.end() ? missing() : *found);
    }
    if (!builtin_ || !atomic(at)) return;
    for (const auto& [name, value] : live.items()) {
      if (!desired.contains(name)) found_.push_back({at.child(name).path(), nullptr, value});
    }
  }

  void compare_lists(const Place& at, const Object& desired, const Object& live) {
    if (at.is("metadata", "finalizers")) return compare_sets(at, desired, live);
    const auto keys = builtin_ ? list_keys(at, desired) : std::vector<std::string>();
    if (!keys.empty()) return compare_by_key(at, desired, live, keys);
    if (desired.size() != live.size()) {
      found_.push_back({at.path(), desired, live});
      return;
    }
    for (std::size_t i = 0; i < desired.size(); ++i) {
      compare(at.element(std::to_string(i)), desired[i], live[i]);
    }
  }

  void compare_by_key(const Place& at, const Object& desired, const Object& live,
                      const std::vector<std::string>& keys) {
    for (const auto& element : desired) {
      const std::string key = element_key(element, keys);
      const auto found = std::find_if(live.begin(), live.end(), [&](const Object& other) {
        return !key.empty() && element_key(other, keys) == key;
      });
      compare(at.element(key), element, found == live.end() ? missing() : *found);
    }
  }

  void compare_sets(const Place& at, const Object& desired, const Object& live) {
    for (const auto& element : desired) {
      if (std::find(live.begin(), live.end(), element) == live.end()) {
        found_.push_back({at.element(scalar_text(element)).path(), element, nullptr});
      }
    }
  }

  bool builtin_;
  std::vector<Difference> found_;
};

/// A Secret with its stringData as data, which is what the server stores.
Object with_data_only(const Object& secret) {
  Object out = secret;
  for (const auto& [name, value] : secret.at("stringData").items()) {
    if (value.is_string()) out["data"][name] = kit::base64(value.get_ref<const std::string&>());
  }
  out.erase("stringData");
  return out;
}

bool has_string_data(const Object& object) {
  const auto text = object.find("stringData");
  return object.value("kind", "") == "Secret" && text != object.end() && text->is_object();
}

/// List keys and selectors are known for built-in types only; custom resources may use the field names
/// differently.
bool builtin(const Object& object) {
  const std::string version = object.value("apiVersion", "");
  const std::string group = version.substr(0, version.find('/'));
  return group.find('.') == std::string::npos || group.ends_with(".k8s.io");
}

}  // namespace

std::vector<Difference> differences(const Object& desired, const Object& live) {
  Comparison comparison(builtin(desired));
  if (has_string_data(desired))
    comparison.compare({}, with_data_only(desired), live);
  else
    comparison.compare({}, desired, live);
  return comparison.take();
}

std::string describe(const Difference& difference) {
  const auto& path = difference.path;
  if (path.starts_with("data") || path.starts_with("stringData")) return path + ": other";
  const auto brief = [](const Object& value) {
    std::string text =
        value.is_null() ? "nothing" : value.dump(-1, ' ', false, Object::error_handler_t::replace);
    return text.size() <= 120 ? text : text.substr(0, 117) + "...";
  };
  return path + ": " + brief(difference.live) + " -> " + brief(difference.desired);
}

}  // namespace kube
