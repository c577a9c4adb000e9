#include "operator/shop/desired/parts.hpp"

#include "operator/kube/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"

namespace shop::desired {

Json selector(const Inputs& in, const std::string& component) {
  return {{instance_label, in.names.shop}, {component_label, component}};
}

Json stable_labels(const Inputs& in, const std::string& component) {
  return {{"app.kubernetes.io/name", component},
          {instance_label, in.names.shop},
          {component_label, component},
          {"app.kubernetes.io/part-of", "shopkeeper"},
          {"app.kubernetes.io/managed-by", manager}};
}

Json labels(const Inputs& in, const std::string& component) {
  Json result = stable_labels(in, component);
  // Label values end at 63 characters and with a letter or digit; tags may be longer.
  auto version = in.version().substr(0, 63);
  version.erase(version.find_last_not_of("._-") + 1);
  version.erase(0, version.find_first_not_of("._-"));
  if (!version.empty()) result["app.kubernetes.io/version"] = version;
  return result;
}

Json object(const Inputs& in, const kube::ResourceType& type, const std::string& name,
            const std::string& component) {
  return {{"apiVersion", type.api_version()},
          {"kind", type.kind},
          {"metadata",
           {{"name", name},
            {"namespace", in.space},
            {"labels", labels(in, component)},
            {"ownerReferences", Json::array({in.owner})}}}};
}

Json pod_security(int uid, bool volumes) {
  Json result = {{"runAsNonRoot", true},
                 {"runAsUser", uid},
                 {"runAsGroup", uid},
                 {"seccompProfile", {{"type", "RuntimeDefault"}}}};
  if (volumes) {
    result["fsGroup"] = uid;
    result["fsGroupChangePolicy"] = "OnRootMismatch";
  }
  return result;
}

Json container_security() {
  return {{"allowPrivilegeEscalation", false},
          {"readOnlyRootFilesystem", true},
          {"capabilities", {{"drop", Json::array({"ALL"})}}}};
}

Json pull_secrets(const Spec& spec) {
  Json result = Json::array();
  for (const auto& name : spec.pull_secrets) result.push_back({{"name", name}});
  return result;
}

namespace {

/// What is said, else the default, kept on the right side of what is said of the other: a request may not be
/// above its limit.
void choose(Json& requests, Json& limits, const char* kind, const std::string& request,
            const std::string& limit, const std::string& default_request, const std::string& default_limit) {
  auto chosen_request = request.empty() ? default_request : request;
  auto chosen_limit = limit.empty() ? default_limit : limit;
  auto low = kube::Quantity::parse(chosen_request);
  auto high = kube::Quantity::parse(chosen_limit);
  if (low && high && *low > *high)
    (request.empty() ? chosen_request : chosen_limit) = request.empty() ? chosen_limit : chosen_request;
  if (!chosen_request.empty()) requests[kind] = chosen_request;
  if (!chosen_limit.empty()) limits[kind] = chosen_limit;
}

}  // namespace

Json resources(const Resources& wanted, const Resources& otherwise) {
  Json requests = Json::object();
  Json limits = Json::object();
  choose(requests, limits, "cpu", wanted.requests.cpu, wanted.limits.cpu, otherwise.requests.cpu,
         otherwise.limits.cpu);
  choose(requests, limits, "memory", wanted.requests.memory, wanted.limits.memory, otherwise.requests.memory,
         otherwise.limits.memory);
  return {{"requests", requests}, {"limits", limits}};
}

Json env(const std::string& name, const std::string& value) { return {{"name", name}, {"value", value}}; }

Json env_from_secret(const std::string& name, const std::string& secret, const std::string& key) {
  return {{"name", name}, {"valueFrom", {{"secretKeyRef", {{"name", secret}, {"key", key}}}}}};
}

Json mount(const std::string& volume, const std::string& path) {
  return {{"name", volume}, {"mountPath", path}};
}

Json read_only_mount(const std::string& volume, const std::string& path) {
  return {{"name", volume}, {"mountPath", path}, {"readOnly", true}};
}

Json empty_dir(const std::string& name, const std::string& limit) {
  return {{"name", name}, {"emptyDir", {{"sizeLimit", limit}}}};
}

Json config_volume(const std::string& name, const std::string& config_map) {
  return {{"name", name}, {"configMap", {{"name", config_map}}}};
}

Json secret_volume(const std::string& name, const std::string& secret) {
  // Read by the pod's group (fsGroup) and nobody else.
  return {{"name", name}, {"secret", {{"secretName", secret}, {"defaultMode", 0440}}}};
}

Json http_probe(const std::string& path, int period, int failures, int timeout) {
  return {{"httpGet", {{"path", path}, {"port", "ops"}}},
          {"periodSeconds", period},
          {"failureThreshold", failures},
          {"timeoutSeconds", timeout}};
}

Json spread(const Inputs& in, const std::string& component) {
  Json result = Json::array();
  for (const char* key : {"kubernetes.io/hostname", "topology.kubernetes.io/zone"})
    result.push_back({{"maxSkew", 1},
                      {"topologyKey", key},
                      {"whenUnsatisfiable", "ScheduleAnyway"},
                      {"labelSelector", {{"matchLabels", selector(in, component)}}}});
  return result;
}

Json volume_claim(const Volume& volume, const Json& claim_labels) {
  Json spec = {{"accessModes", {"ReadWriteOnce"}}, {"resources", {{"requests", {{"storage", volume.size}}}}}};
  if (!volume.storage_class.empty()) spec["storageClassName"] = volume.storage_class;
  return {{"apiVersion", "v1"},
          {"kind", "PersistentVolumeClaim"},
          {"metadata", {{"name", "data"}, {"labels", claim_labels}}},
          {"spec", spec}};
}

Json retention(const Volume& volume) {
  return {{"whenDeleted", volume.deletion == DeletionPolicy::Retain ? "Retain" : "Delete"},
          {"whenScaled", "Retain"}};
}

Wanted job(const Inputs& in, const std::string& prefix, const std::string& component, Json pod_spec,
           const Json& annotations, int deadline_seconds) {
  pod_spec["restartPolicy"] = "Never";
  Json spec = {{"backoffLimit", 2},
               {"activeDeadlineSeconds", deadline_seconds},
               {"template",
                {{"metadata", {{"labels", labels(in, component)}, {"annotations", annotations}}},
                 {"spec", std::move(pod_spec)}}}};
  auto result = object(in, kube::types::job, prefix + "-" + digest(spec.dump(), 10), component);
  result["spec"] = std::move(spec);
  return {kube::types::job, std::move(result)};
}

}  // namespace shop::desired
