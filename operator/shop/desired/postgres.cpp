#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/parts.hpp"
#include "operator/shop/desired/postgres_parts.hpp"

namespace shop::desired {
namespace {

constexpr const char* data = "/data/pgdata";
constexpr const char* password_file = "/etc/shopkeeper/passwords/postgres";

// A volume that an earlier Shop left behind knows that Shop's password. Single-user mode needs none and sets
// ours, before anyone can connect. On a new volume there is nothing to do: the image's own start makes the
// database.
constexpr const char* adopt_password = R"sh(set -eu
if [ -s "$PGDATA/PG_VERSION" ]; then
  printf "ALTER ROLE postgres PASSWORD '%s';\n" "$(cat "$POSTGRES_PASSWORD_FILE")" |
    postgres --single -D "$PGDATA" postgres >/dev/null
fi
)sh";

Json environment() {
  return Json::array({env("PGDATA", data), env("POSTGRES_PASSWORD_FILE", password_file)});
}

Json mounts() {
  return Json::array({mount("data", "/data"), mount("run", "/var/run/postgresql"), mount("tmp", "/tmp"),
                      read_only_mount("password", "/etc/shopkeeper/passwords")});
}

Json probe(int period, int failures) {
  // Over TCP: while the image makes a new database, a server listens on the socket only, and is not to be
  // counted.
  return {{"exec", {{"command", {"pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres", "-t", "2"}}}},
          {"periodSeconds", period},
          {"failureThreshold", failures},
          {"timeoutSeconds", 3}};
}

Json container(const Inputs& in, const char* name) {
  return {{"name", name},
          {"image", postgres_image(in)},
          {"imagePullPolicy", in.spec.pull_policy},
          {"env", environment()},
          {"resources", resources(in.spec.database->resources, {{"100m", "256Mi"}, {"2", "1Gi"}})},
          {"securityContext", container_security()},
          {"volumeMounts", mounts()}};
}

Json pod(const Inputs& in) {
  Json adopt = container(in, "password");
  adopt["command"] = {"sh", "-c", adopt_password};
  Json server = container(in, "postgres");
  server["args"] = {"postgres",
                    "-c",
                    "listen_addresses=*",
                    "-c",
                    "max_connections=" + std::to_string(max_connections),
                    "-c",
                    "password_encryption=scram-sha-256",
                    "-c",
                    "idle_in_transaction_session_timeout=60s"};
  server["ports"] = {{{"name", "postgres"}, {"containerPort", postgres_port}, {"protocol", "TCP"}}};
  // Recovery after a crash may take long; nothing is gained by killing it in the middle.
  server["startupProbe"] = probe(1, 1800);
  server["readinessProbe"] = probe(5, 2);
  server["livenessProbe"] = probe(20, 6);

  Json password = secret_volume("password", in.names.passwords());
  password["secret"]["items"] = {{{"key", "postgres"}, {"path", "postgres"}}};
  Json result = {
      {"automountServiceAccountToken", false},
      {"enableServiceLinks", false},
      {"terminationGracePeriodSeconds", 60},
      {"securityContext", pod_security(stores_uid, true)},
      {"initContainers", Json::array({std::move(adopt)})},
      {"containers", Json::array({std::move(server)})},
      {"volumes", Json::array({empty_dir("run", "16Mi"), empty_dir("tmp", "256Mi"), std::move(password)})}};
  if (!in.spec.pull_secrets.empty()) result["imagePullSecrets"] = pull_secrets(in.spec);
  return result;
}

}  // namespace

std::string postgres_image(const Inputs& in) {
  return in.spec.database->image.empty() ? in.image("postgres") : in.spec.database->image;
}

Wanted postgres(const Inputs& in, const DatabaseServer& server) {
  auto result = object(in, kube::types::stateful_set, server.name, server.component);
  const auto& volume = in.spec.database->volume;
  const auto pod_labels = stable_labels(in, server.component);
  // Only a start sets the password: should its Secret have been lost and made anew, the server starts again.
  const Json annotations = {{"shopkeeper.dev/password", digest(in.passwords.at("postgres"), 16)}};
  result["spec"] = {
      {"serviceName", server.name + "-pods"},
      {"replicas", 1},
      // In order, a pod that never gets ready is never replaced either: a bad image could not be taken back
      // (kubernetes#67250). With one pod there is no order to lose.
      {"podManagementPolicy", "Parallel"},
      {"selector", {{"matchLabels", selector(in, server.component)}}},
      {"persistentVolumeClaimRetentionPolicy", retention(volume)},
      {"template", {{"metadata", {{"labels", pod_labels}, {"annotations", annotations}}}, {"spec", pod(in)}}},
      {"volumeClaimTemplates", Json::array({volume_claim(volume, pod_labels)})}};
  return {kube::types::stateful_set, std::move(result)};
}

}  // namespace shop::desired
