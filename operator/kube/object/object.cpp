#include "operator/kube/object/object.hpp"

#include "services/kit/encoding/base64.hpp"

namespace kube {

namespace {

void check_segment(std::string_view segment, const char* what) {
  if (segment.empty() || segment == "." || segment == "..") {
    throw std::invalid_argument(std::string(what) + " is missing");
  }
  for (const unsigned char c : segment) {
    if (c <= ' ' || c >= 0x7f || c == '/' || c == '%' || c == '?' || c == '#') {
      throw std::invalid_argument(std::string(what) + " has a character that names cannot have");
    }
  }
}

const Object* find(const Object& object, std::initializer_list<const char*> path) {
  const Object* at = &object;
  for (const char* step : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(step);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text(const Object* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace

std::string ResourceType::list_path(std::string_view ns) const {
  std::string out = group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
  if (namespaced && !ns.empty()) {
    check_segment(ns, "the namespace");
    out += "/namespaces/" + std::string(ns);
  }
  return out + "/" + plural;
}

std::string ResourceType::path(const Key& key, std::string_view subresource) const {
  check_segment(key.name, "the name");
  if (namespaced && key.ns.empty()) {
    throw std::invalid_argument("the namespace of " + resource() + " " + key.name + " is missing");
  }
  std::string out = list_path(key.ns) + "/" + key.name;
  if (!subresource.empty()) out += "/" + std::string(subresource);
  return out;
}

Object ResourceType::object(const Key& key) const {
  Object out = {{"apiVersion", api_version()}, {"kind", kind}, {"metadata", {{"name", key.name}}}};
  if (namespaced && !key.ns.empty()) out["metadata"]["namespace"] = key.ns;
  return out;
}

std::string name(const Object& object) { return text(find(object, {"metadata", "name"})); }
std::string namespace_of(const Object& object) { return text(find(object, {"metadata", "namespace"})); }
std::string uid(const Object& object) { return text(find(object, {"metadata", "uid"})); }
std::string resource_version(const Object& object) {
  return text(find(object, {"metadata", "resourceVersion"}));
}
Key key(const Object& object) { return {namespace_of(object), name(object)}; }
bool deleting(const Object& object) { return find(object, {"metadata", "deletionTimestamp"}) != nullptr; }

std::int64_t generation(const Object& object) {
  const Object* value = find(object, {"metadata", "generation"});
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

Labels labels(const Object& object) {
  Labels out;
  const Object* all = find(object, {"metadata", "labels"});
  if (all == nullptr || !all->is_object()) return out;
  for (const auto& [key, value] : all->items()) {
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  }
  return out;
}

std::string annotation(const Object& object, std::string_view key) {
  const Object* all = find(object, {"metadata", "annotations"});
  if (all == nullptr || !all->is_object()) return {};
  const auto found = all->find(std::string(key));
  return found == all->end() ? std::string() : text(&*found);
}

std::string text_at(const Object& object, const char* pointer) {
  const Object::json_pointer where(pointer);
  // contains() of 3.11 throws for an array index that is no number.
  try {
    return object.contains(where) ? text(&object.at(where)) : std::string();
  } catch (const Object::exception&) {
    return {};
  }
}

const Object* find_condition(const Object& object, std::string_view type) {
  const Object* all = find(object, {"status", "conditions"});
  if (all == nullptr || !all->is_array()) return nullptr;
  for (const auto& each : *all) {
    if (text(find(each, {"type"})) == type) return &each;
  }
  return nullptr;
}

bool has_condition(const Object& object, std::string_view type) {
  const Object* condition = find_condition(object, type);
  return condition != nullptr && text(find(*condition, {"status"})) == "True";
}

Object owner_reference(const Object& owner) {
  if (uid(owner).empty()) throw std::invalid_argument("an owner without uid: " + name(owner));
  return {{"apiVersion", owner.value("apiVersion", "")},
          {"kind", owner.value("kind", "")},
          {"name", name(owner)},
          {"uid", uid(owner)},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

std::optional<Owner> controller_of(const Object& object) {
  const Object* all = find(object, {"metadata", "ownerReferences"});
  if (all == nullptr || !all->is_array()) return std::nullopt;
  for (const auto& reference : *all) {
    const Object* controller = find(reference, {"controller"});
    if (controller == nullptr || *controller != true) continue;
    return Owner{text(find(reference, {"apiVersion"})), text(find(reference, {"kind"})),
                 text(find(reference, {"name"})), text(find(reference, {"uid"}))};
  }
  return std::nullopt;
}

void strip(Object& object) {
  if (!object.is_object()) return;
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return;
  metadata->erase("managedFields");
  const auto annotations = metadata->find("annotations");
  if (annotations != metadata->end() && annotations->is_object()) {
    annotations->erase("kubectl.kubernetes.io/last-applied-configuration");
  }
}

std::string base64_decode(std::string_view text) {
  text = text.substr(0, text.find_last_not_of("\n\r ") + 1);
  auto bytes = kit::from_base64(text);
  if (!bytes) throw std::invalid_argument("not base64");
  return std::move(*bytes);
}

}  // namespace kube
