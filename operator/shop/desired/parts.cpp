#include "operator/shop/desired/parts.hpp"

#include "operator/kube/object/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"

namespace shop::desired {

Json selector(const ShopContext& in, const std::string& component) {
  return {{instance_label, in.names.shop}, {component_label, component}};
}

Json stable_labels(const ShopContext& in, const std::string& component) {
  return {{"app.kubernetes.io/name", component},
          {instance_label, in.names.shop},
          {component_label, component},
          {"app.kubernetes.io/part-of", "shopkeeper"},
          {"app.kubernetes.io/managed-by", manager}};
}

namespace {

std::string version_of(const ShopContext& in, const std::string& component) {
  // The versions of what other operators run are theirs to say.
  if (in.spec.cloud_native_pg && component == "postgres") return {};
  if (in.spec.cluster_operator && component == "rabbitmq") return {};
  if (in.spec.own_databases() && component.starts_with("postgres")) return postgres_store(in).version;
  if (in.spec.messaging && component.starts_with("rabbitmq")) return rabbitmq_store(in).version;
  return in.version();
}

}  // namespace

Json labels(const ShopContext& in, const std::string& component) {
  Json result = stable_labels(in, component);
  // A label value has at most 63 characters and starts and ends with a letter or digit; a tag may be longer.
  auto version = version_of(in, component).substr(0, 63);
  version.erase(version.find_last_not_of("._-") + 1);
  version.erase(0, version.find_first_not_of("._-"));
  if (!version.empty()) result["app.kubernetes.io/version"] = version;
  return result;
}

DesiredObject object(const ShopContext& in, const kube::ResourceType& type, const std::string& name,
                     const std::string& component, Json content) {
  content.update(type.object({in.ns, name}));
  content["metadata"]["labels"] = labels(in, component);
  content["metadata"]["ownerReferences"] = Json::array({in.owner});
  return {type, std::move(content)};
}

Json pod_spec(const Spec& spec, int uid, Json containers, Json volumes) {
  Json result = {{"automountServiceAccountToken", false},
                 {"enableServiceLinks", false},
                 {"securityContext",
                  {{"runAsNonRoot", true},
                   {"runAsUser", uid},
                   {"runAsGroup", uid},
                   {"fsGroup", uid},
                   {"fsGroupChangePolicy", "OnRootMismatch"},
                   {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
                 {"containers", std::move(containers)},
                 {"volumes", std::move(volumes)}};
  for (const auto& name : spec.pull_secrets) result["imagePullSecrets"].push_back({{"name", name}});
  return result;
}

Json container(const Spec& spec, const std::string& name, const std::string& image, Json environment,
               Json resources, Json mounts) {
  return {{"name", name},
          {"image", image},
          {"imagePullPolicy", spec.pull_policy},
          // Owned while empty, so that one that is set by hand is removed: the image's entry point starts the
          // program.
          {"command", Json::array()},
          // The kubelet writes the last lines of the log into the pod's status, so that the operator can
          // report them without the right to read logs.
          {"terminationMessagePolicy", "FallbackToLogsOnError"},
          {"env", std::move(environment)},
          {"resources", std::move(resources)},
          {"securityContext",
           {{"allowPrivilegeEscalation", false},
            {"readOnlyRootFilesystem", true},
            {"capabilities", {{"drop", Json::array({"ALL"})}}}}},
          {"volumeMounts", std::move(mounts)}};
}

namespace {

/// The Shop's values, else the defaults. A default is lowered or raised so that the request is not above the
/// limit.
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

Json resources(const Resources& desired, const Resources& defaults) {
  Json requests = Json::object();
  Json limits = Json::object();
  choose(requests, limits, "cpu", desired.requests.cpu, desired.limits.cpu, defaults.requests.cpu,
         defaults.limits.cpu);
  choose(requests, limits, "memory", desired.requests.memory, desired.limits.memory, defaults.requests.memory,
         defaults.limits.memory);
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
  // Readable by the pod's group (fsGroup) only.
  return {{"name", name}, {"secret", {{"secretName", secret}, {"defaultMode", 0440}}}};
}

Json probe(Json action, int period, int failures, int timeout) {
  action.update({{"periodSeconds", period}, {"failureThreshold", failures}, {"timeoutSeconds", timeout}});
  return action;
}

Json spread(const ShopContext& in, const std::string& component) {
  Json result = Json::array();
  for (const char* key : {"kubernetes.io/hostname", "topology.kubernetes.io/zone"})
    result.push_back({{"maxSkew", 1},
                      {"topologyKey", key},
                      {"whenUnsatisfiable", "ScheduleAnyway"},
                      {"labelSelector", {{"matchLabels", selector(in, component)}}}});
  return result;
}

DesiredObject stateful_set(const ShopContext& in, const std::string& name, const std::string& component,
                           const StoreImage& store, const Volume& volume, Json annotations, Json pod) {
  const auto pod_labels = stable_labels(in, component);
  Json claim = {{"accessModes", {"ReadWriteOnce"}},
                {"resources", {{"requests", {{"storage", volume.size}}}}}};
  if (!volume.storage_class.empty()) claim["storageClassName"] = volume.storage_class;
  Json spec = {
      {"serviceName", name + "-pods"},
      {"replicas", 1},
      // With OrderedReady a pod that never becomes ready is not replaced, so that a bad image could not be
      // rolled back (kubernetes#67250).
      {"podManagementPolicy", "Parallel"},
      {"selector", {{"matchLabels", selector(in, component)}}},
      {"persistentVolumeClaimRetentionPolicy",
       {{"whenDeleted", volume.deletion == DeletionPolicy::Retain ? "Retain" : "Delete"},
        {"whenScaled", "Retain"}}},
      {"template",
       {{"metadata", {{"labels", pod_labels}, {"annotations", std::move(annotations)}}},
        {"spec", std::move(pod)}}},
      {"volumeClaimTemplates", Json::array({{{"apiVersion", "v1"},
                                             {"kind", "PersistentVolumeClaim"},
                                             {"metadata", {{"name", "data"}, {"labels", pod_labels}}},
                                             {"spec", std::move(claim)}}})}};
  auto result = object(in, kube::types::stateful_set, name, component, {{"spec", std::move(spec)}});
  result.object["metadata"]["annotations"][store_version_annotation] = store.text();
  return result;
}

DesiredObject job(const ShopContext& in, const std::string& prefix, const std::string& component,
                  Json pod_spec, const Json& annotations, int deadline_seconds) {
  pod_spec["restartPolicy"] = "Never";
  Json spec = {{"backoffLimit", 2},
               {"activeDeadlineSeconds", deadline_seconds},
               {"template",
                {{"metadata", {{"labels", labels(in, component)}, {"annotations", annotations}}},
                 {"spec", std::move(pod_spec)}}}};
  const auto name = prefix + "-" + digest(spec.dump(), 10);
  return object(in, kube::types::job, name, component, {{"spec", std::move(spec)}});
}

}  // namespace shop::desired
