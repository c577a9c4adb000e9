#pragma once
#include "operator/shop/desired/connections.hpp"
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/desired/store_image.hpp"

#include <set>

/// What the builders share: metadata and pieces of pods.
namespace shop::desired {

inline constexpr int services_uid = 65532;
inline constexpr int stores_uid = 999;  ///< postgres and rabbitmq, in the official images and in ours

/// `content` ("spec", "data") with apiVersion, kind, metadata with labels and owner.
DesiredObject object(const ShopContext& in, const kube::ResourceType& type, const std::string& name,
                     const std::string& component, Json content);
/// The labels that select a component's pods; immutable.
Json selector(const ShopContext& in, const std::string& component);
/// Labels without the version, so that a new version does not replace the pods.
Json stable_labels(const ShopContext& in, const std::string& component);
/// With the version: the store's for the objects of a store, so that a new version of the shop does not
/// change them, else the shop's.
Json labels(const ShopContext& in, const std::string& component);

/// The spec of a pod that runs as `uid`, without access to the API server.
Json pod_spec(const Spec& spec, int uid, Json containers, Json volumes);
/// A container without privileges, with the Shop's pull policy.
Json container(const Spec& spec, const std::string& name, const std::string& image, Json environment,
               Json resources, Json mounts);
/// Requests and limits of the Shop, else the defaults.
Json resources(const Resources& desired, const Resources& defaults);

Json env(const std::string& name, const std::string& value);
Json env_from_secret(const std::string& name, const std::string& secret, const std::string& key);
Json mount(const std::string& volume, const std::string& path);
Json read_only_mount(const std::string& volume, const std::string& path);
Json empty_dir(const std::string& name, const std::string& limit);
Json config_volume(const std::string& name, const std::string& config_map);
Json secret_volume(const std::string& name, const std::string& secret);
/// `action`: "httpGet", "tcpSocket" or "exec"; `period` and `timeout` in seconds.
Json probe(Json action, int period, int failures, int timeout);
/// Spreads a component's pods over nodes and zones as far as the cluster allows.
Json spread(const ShopContext& in, const std::string& component);
/// One pod with a volume named "data" and the headless Service `<name>-pods`.
DesiredObject stateful_set(const ShopContext& in, const std::string& name, const std::string& component,
                           const StoreImage& store, const Volume& volume, Json annotations, Json pod);

/// A Job named `<prefix>-<digest of its spec>`: Jobs are immutable, so another spec needs another Job.
/// `annotations` are the pod's and part of the digest.
DesiredObject job(const ShopContext& in, const std::string& prefix, const std::string& component,
                  Json pod_spec, const Json& annotations, int deadline_seconds);

/// The services whose internal API a service calls.
std::set<Service> callees(Service service);

/// For a Prometheus without the Prometheus operator.
Json scrape_annotations(int port);

/// The name of the service's ConfigMap, which ends in a digest of its content: pods that run keep theirs.
std::string service_config_name(const Inputs& in, Service service);

/// The pod of a service, running one of its commands; Deployment and Jobs share it.
Json service_pod(const Inputs& in, Service service, const std::string& command);
/// Digest of all that the service reads when it starts: a change replaces its pods.
std::string config_digest(const Inputs& in, Service service);

}  // namespace shop::desired
