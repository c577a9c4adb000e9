#pragma once
#include "operator/shop/desired/desired.hpp"

/// What the builders share: metadata and pieces of pods.
namespace shop::desired {

inline constexpr int services_uid = 65532;
inline constexpr int stores_uid = 999;  ///< postgres and rabbitmq, in the official images and in ours

/// apiVersion, kind, metadata with labels and owner.
Json object(const Inputs& in, const kube::ResourceType& type, const std::string& name,
            const std::string& component);
/// The labels that select a component's pods; they never change.
Json selector(const Inputs& in, const std::string& component);
/// Labels for pods that are not to be replaced by every new version of the shop.
Json stable_labels(const Inputs& in, const std::string& component);
Json labels(const Inputs& in, const std::string& component);

Json pod_security(int uid, bool volumes);
Json container_security();
Json pull_secrets(const Spec& spec);
/// Requests and limits: what the Shop says, else the default.
Json resources(const Resources& wanted, const Resources& otherwise);

Json env(const std::string& name, const std::string& value);
Json env_from_secret(const std::string& name, const std::string& secret, const std::string& key);
Json mount(const std::string& volume, const std::string& path);
Json read_only_mount(const std::string& volume, const std::string& path);
Json empty_dir(const std::string& name, const std::string& limit);
Json config_volume(const std::string& name, const std::string& config_map);
Json secret_volume(const std::string& name, const std::string& secret);
Json http_probe(const std::string& path, int period, int failures, int timeout);
/// Pods of a component away from each other, as far as the cluster allows.
Json spread(const Inputs& in, const std::string& component);
Json volume_claim(const Volume& volume, const Json& claim_labels);
Json retention(const Volume& volume);

/// A Job around a pod's spec, named `<prefix>-<digest of the spec>`: a Job cannot be changed, so another spec
/// is another Job. `annotations` are the pod's, and part of the digest.
Wanted job(const Inputs& in, const std::string& prefix, const std::string& component, Json pod_spec,
           const Json& annotations, int deadline_seconds);

/// By these a Prometheus without the Prometheus operator finds a pod.
Json scrape_annotations(int port);

/// The pod of a service, running one of its commands; Deployment and Jobs share it.
Json service_pod(const Inputs& in, Service service, const std::string& command);
/// Digest of all that the service reads when it starts: a change replaces its pods.
std::string config_digest(const Inputs& in, Service service);

}  // namespace shop::desired
