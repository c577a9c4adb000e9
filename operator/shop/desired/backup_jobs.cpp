// The Jobs that back up, verify and restore a server, and their volumes.
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/backups.hpp"
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/desired/store_image.hpp"

namespace shop::desired {
namespace {

constexpr int deadline_seconds = 6 * 3600;

/// "backup" of a shared server, else "backup-order": short enough for the names of Jobs.
std::string job_prefix(const Inputs& in, const DatabaseServer& server, const std::string& what) {
  return in.names.shop + "-" + what + server.component.substr(std::string("postgres").size());
}

Json claim_volume(const std::string& name, const std::string& claim, bool read_only = false) {
  Json source = {{"claimName", claim}};
  if (read_only) source["readOnly"] = true;
  return {{"name", name}, {"persistentVolumeClaim", std::move(source)}};
}

/// A pod that runs one of the scripts. pgBackRest needs little memory, but recovery needs PostgreSQL's.
Json script_pod(const Inputs& in, const DatabaseServer& server, const std::string& script, Json environment,
                const BackupStore& store, const std::string& config_map) {
  environment.push_back(env("RESULT", "/dev/termination-log"));
  environment.push_back(env("PGDATA", "/data/pgdata"));
  auto container = shop::desired::container(in.spec, script, postgres_store(in).image, std::move(environment),
                                            resources({}, {{"50m", "128Mi"}, {"1", "512Mi"}}),
                                            Json::array({mount("tmp", "/tmp")}));
  container["command"] = {"bash", std::string(scripts_folder) + "/" + script + ".sh"};
  container["terminationMessagePolicy"] = "FallbackToLogsOnError";
  auto pod = pod_spec(in.spec, stores_uid, Json::array(), Json::array({empty_dir("tmp", "256Mi")}));
  add_store(pod, container, store, server, config_map, script != "backup");
  pod["containers"].push_back(std::move(container));
  return pod;
}

/// On the node of the server's pod, whose volumes attach to one node only.
void run_beside_server(const Inputs& in, const DatabaseServer& server, Json& pod) {
  pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
      Json::array({{{"labelSelector", {{"matchLabels", selector(in, server.component)}}},
                    {"topologyKey", "kubernetes.io/hostname"}}});
}

void mount_data(Json& pod, const DatabaseServer& server) {
  pod["volumes"].push_back(claim_volume("data", "data-" + server.name + "-0"));
  pod["containers"][0]["volumeMounts"].push_back(mount("data", "/data"));
}

DesiredObject job_for(const Inputs& in, const DatabaseServer& server, const std::string& what, Json pod,
                      const std::string& request) {
  auto result = job(in, job_prefix(in, server, what), server.component + "-" + what, std::move(pod),
                    {{backup_request_annotation, request}}, deadline_seconds);
  result.object["metadata"]["annotations"][backup_request_annotation] = request;
  return result;
}

Json claim_spec(const Volume& volume) {
  Json spec = {{"accessModes", {"ReadWriteOnce"}}, {"resources", {{"requests", {{"storage", volume.size}}}}}};
  if (!volume.storage_class.empty()) spec["storageClassName"] = volume.storage_class;
  return spec;
}

/// A claim without an owner, which stays when the Shop is deleted.
DesiredObject claim(const Inputs& in, const std::string& name, const std::string& component,
                    const Volume& volume) {
  auto result =
      object(in, kube::types::persistent_volume_claim, name, component, {{"spec", claim_spec(volume)}});
  result.object["metadata"].erase("ownerReferences");
  result.object["metadata"]["labels"] = stable_labels(in, component);
  return result;
}

}  // namespace

void add_store(Json& pod, Json& container, const BackupStore& store, const DatabaseServer& server,
               const std::string& config_map, bool read_only) {
  auto& mounts = container["volumeMounts"];
  pod["volumes"].push_back(config_volume("pgbackrest", config_map));
  mounts.push_back(read_only_mount("pgbackrest", scripts_folder));
  for (const auto& [name, value] : {std::pair{"VOLUME", "/data"}, {"STORE_SECRET", store_secret_folder}})
    container["env"].push_back(env(name, value));
  container["env"].push_back(env("PGBACKREST_STANZA", server.component));
  if (!store.s3) {
    container["env"].push_back(env("REPOSITORY", repository_folder));
    pod["volumes"].push_back(claim_volume("repository", store.claim, read_only));
    mounts.push_back(read_only ? read_only_mount("repository", repository_folder)
                               : mount("repository", repository_folder));
    return;
  }
  const auto add_secret = [&](const char* volume, const std::string& name, const char* folder) {
    auto secret = secret_volume(volume, name);
    secret["secret"]["optional"] = true;
    pod["volumes"].push_back(std::move(secret));
    mounts.push_back(read_only_mount(volume, folder));
  };
  add_secret("store", store.s3->secret, store_secret_folder);
  if (!store.s3->ca_secret.empty()) add_secret("store-ca", store.s3->ca_secret, store_ca_folder);
}

DesiredObject backup_volume(const Inputs& in, const DatabaseServer& server) {
  const auto& backup = in.spec.database->backup.value();
  return claim(in, backup_store(in, server).claim, server.component + "-backup",
               {backup.size, backup.storage_class, DeletionPolicy::Retain});
}

DesiredObject data_volume(const Inputs& in, const DatabaseServer& server) {
  return claim(in, "data-" + server.name + "-0", server.component, in.spec.database->volume);
}

DesiredObject backup_job(const Inputs& in, const DatabaseServer& server, const std::string& request) {
  const auto store = backup_store(in, server);
  auto pod = script_pod(in, server, "backup",
                        Json::array({env("OWNER", in.ns + "/" + in.names.shop), env("FULL_DAYS", "7")}),
                        store, backup_config_name(server));
  mount_data(pod, server);
  run_beside_server(in, server, pod);
  return job_for(in, server, "backup", std::move(pod), request + " to " + store.identity());
}

DesiredObject verification_job(const Inputs& in, const DatabaseServer& server, const std::string& label) {
  const auto store = backup_store(in, server);
  auto pod = script_pod(in, server, "verify", Json::array({env("LABEL", label), env("SCRATCH", "/scratch")}),
                        store, backup_config_name(server));
  // As large as the data; removed with the pod.
  Volume scratch = in.spec.database->volume;
  pod["volumes"].push_back({{"name", "scratch"},
                            {"ephemeral",
                             {{"volumeClaimTemplate",
                               {{"metadata", {{"labels", stable_labels(in, server.component + "-verify")}}},
                                {"spec", claim_spec(scratch)}}}}}});
  pod["containers"][0]["volumeMounts"].push_back(mount("scratch", "/scratch"));
  if (!store.s3) run_beside_server(in, server, pod);
  return job_for(in, server, "verify", std::move(pod), label);
}

DesiredObject restore_job(const Inputs& in, const DatabaseServer& server) {
  const auto& from = in.spec.restore_from.value();
  const auto store = restore_store(in, server);
  const auto request = digest(store.identity() + "\n" + from.target_time + "\n" + from.backup, 16);
  Json environment = Json::array({env("RESTORE_ID", request)});
  if (!from.target_time.empty()) environment.push_back(env("RESTORE_TIME", from.target_time));
  if (!from.backup.empty()) environment.push_back(env("RESTORE_LABEL", from.backup));
  auto pod = script_pod(in, server, "restore", std::move(environment), store, restore_config_name(server));
  mount_data(pod, server);
  return job_for(in, server, "restore", std::move(pod), request);
}

}  // namespace shop::desired
