#pragma once
#include <compare>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kube {

/// A Kubernetes object, as the API server speaks it.
using Object = nlohmann::json;
using Labels = std::map<std::string, std::string>;

/// Names an object of a known kind.
struct Key {
  std::string ns;  ///< namespace; empty for cluster-scoped kinds
  std::string name;
  auto operator<=>(const Key&) const = default;
  /// "namespace/name", or "name".
  std::string text() const { return ns.empty() ? name : ns + "/" + name; }
};

/// A resource type of the API.
struct ResourceType {
  std::string group;  ///< "" for the core group
  std::string version;
  std::string plural;  ///< as in the path: "statefulsets"
  std::string kind;
  bool namespaced = true;

  bool operator==(const ResourceType&) const = default;
  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  /// "statefulsets.apps", "pods": for messages and metrics.
  std::string resource() const { return group.empty() ? plural : plural + "." + group; }
  /// "/apis/apps/v1/namespaces/shops/statefulsets"; over all namespaces when `ns` is empty.
  std::string list_path(std::string_view ns = {}) const;
  /// Of one object, or of its subresource ("status", "scale"). Throws std::invalid_argument when the name is
  /// empty or not a path segment, or when a namespaced object has no namespace.
  std::string path(const Key& key, std::string_view subresource = {}) const;
  /// An object with apiVersion, kind, metadata.name and metadata.namespace only.
  Object object(const Key& key) const;
};

namespace types {
extern const ResourceType secret, config_map, service, service_account, pod, persistent_volume_claim,
    namespace_, deployment, stateful_set, job, ingress, network_policy, pod_disruption_budget,
    horizontal_pod_autoscaler, event, lease, custom_resource_definition;
}  // namespace types

/// Readers of objects. They never throw: what is missing or of another type is "", 0, empty or nullopt.
std::string name(const Object& object);
std::string namespace_of(const Object& object);  ///< the namespace
std::string uid(const Object& object);
std::string resource_version(const Object& object);
Key key(const Object& object);
std::int64_t generation(const Object& object);
Labels labels(const Object& object);
std::string annotation(const Object& object, std::string_view key);
bool deleting(const Object& object);  ///< has a deletionTimestamp
/// The text at a JSON pointer ("/status/phase"); "" when there is none.
std::string text_at(const Object& object, const char* pointer);
/// The entry of status.conditions of that type; null when there is none.
const Object* find_condition(const Object& object, std::string_view type);
/// Whether that condition has the status "True".
bool has_condition(const Object& object, std::string_view type);

/// An entry of metadata.ownerReferences that makes `owner` the controller of an object in its namespace.
/// Throws std::invalid_argument when the owner has no uid.
Object owner_reference(const Object& owner);
struct Owner {
  std::string api_version, kind, name, uid;
};
/// The owner that is marked as controller.
std::optional<Owner> controller_of(const Object& object);

/// Removes metadata.managedFields and the annotation of kubectl apply, which only take memory.
void strip(Object& object);

/// Base64, also with white space at its end. Throws std::invalid_argument for anything else.
std::string base64_decode(std::string_view text);

}  // namespace kube
