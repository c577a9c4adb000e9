#include "operator/kube/object/quantity.hpp"
#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/backups.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/postgres_settings.hpp"

namespace shop::desired {
namespace {

constexpr const char* data = "/data/pgdata";
constexpr const char* password_file = "/etc/shopkeeper/passwords/postgres";

// A retained volume still has the password of an earlier Shop. Single-user mode, which needs none, sets ours
// before the server accepts connections. On a new volume the image creates the database.
constexpr const char* adopt_password = R"sh(set -eu
if [ -s "$PGDATA/PG_VERSION" ]; then
  printf "ALTER ROLE postgres PASSWORD '%s';\n" "$(cat "$POSTGRES_PASSWORD_FILE")" |
    postgres --single -D "$PGDATA" postgres >/dev/null
fi
)sh";

Json server_probe(int period, int failures) {
  // Over TCP: while the image creates a new database, a temporary server listens on the socket only.
  return probe(
      {{"exec", {{"command", {"pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres", "-t", "2"}}}}}, period,
      failures, 3);
}

/// A server that refuses connections (1) recovers after the crash of a process, which must not be
/// interrupted; 2 is no answer.
Json alive_probe() {
  const auto script =
      std::string(reload_certificate()) + "pg_isready -q -h 127.0.0.1 -U postgres -t 2; [ $? -le 1 ]";
  return probe({{"exec", {{"command", {"sh", "-c", script}}}}}, 20, 6, 3);
}

Json sizes(const Inputs& in) {
  return resources(in.spec.database->resources, {{"100m", "256Mi"}, {"2", "1Gi"}});
}

std::int64_t bytes(const std::string& quantity) {
  const auto parsed = kube::Quantity::parse(quantity);
  return parsed ? parsed->ceil() : 0;
}

/// Of the container's limit and of the volume.
void add_tuned_settings(const Inputs& in, Json& container) {
  const PostgresLimits limits{bytes(sizes(in)["limits"]["memory"].get<std::string>()),
                              bytes(in.spec.database->volume.size)};
  for (const auto& [name, value] : tuned(limits)) {
    container["args"].push_back("-c");
    container["args"].push_back(name + "=" + value);
  }
}

Json postgres_container(const Inputs& in, const char* name) {
  return container(
      in.spec, name, postgres_store(in).image,
      Json::array({env("PGDATA", data), env("POSTGRES_PASSWORD_FILE", password_file)}), sizes(in),
      Json::array({mount("data", "/data"), mount("run", "/var/run/postgresql"), mount("tmp", "/tmp"),
                   read_only_mount("password", "/etc/shopkeeper/passwords")}));
}

/// WAL goes to the store as it is written; the Jobs of backups use a socket on the volume that they share.
void add_archiving(const Inputs& in, const DatabaseServer& server, Json& pod, Json& container) {
  auto& script = pod["initContainers"][0]["command"].back();
  script = script.get<std::string>() + "mkdir -p /data/socket\n";
  for (const char* setting :
       {"unix_socket_directories=/var/run/postgresql,/data/socket", "archive_mode=on", "archive_timeout=60s"})
    container["args"].insert(container["args"].end(), {"-c", setting});
  container["args"].insert(container["args"].end(),
                           {"-c", std::string("archive_command=bash ") + scripts_folder + "/archive.sh %p"});
  add_store(pod, container, backup_store(in, server), server, backup_config_name(server), false);
}

Json pod(const Inputs& in, const DatabaseServer& database) {
  Json adopt = postgres_container(in, "password");
  adopt["command"] = {"sh", "-c", std::string(adopt_password) + write_access_rules()};
  Json server = postgres_container(in, "postgres");
  server["args"] = {"postgres",
                    "-c",
                    "listen_addresses=*",
                    "-c",
                    "max_connections=" + std::to_string(max_connections),
                    "-c",
                    "password_encryption=scram-sha-256",
                    "-c",
                    "idle_in_transaction_session_timeout=60s"};
  add_tuned_settings(in, server);
  server["ports"] = {{{"name", "postgres"}, {"containerPort", postgres_port}, {"protocol", "TCP"}}};
  // Recovery after a crash may take long and must not be interrupted.
  server["startupProbe"] = server_probe(1, 1800);
  server["readinessProbe"] = server_probe(5, 2);
  server["livenessProbe"] = alive_probe();

  Json password = secret_volume("password", in.names.passwords());
  password["secret"]["items"] = {{{"key", "postgres"}, {"path", "postgres"}}};
  auto result =
      pod_spec(in.spec, stores_uid, Json::array(),
               Json::array({empty_dir("run", "16Mi"), empty_dir("tmp", "256Mi"), std::move(password)}));
  result["terminationGracePeriodSeconds"] = 60;
  result["initContainers"] = Json::array({std::move(adopt)});
  add_server_tls(in, result, server);
  if (in.spec.database->backup) add_archiving(in, database, result, server);
  result["containers"].push_back(std::move(server));
  return result;
}

}  // namespace

DesiredObject postgres(const Inputs& in, const DatabaseServer& server) {
  // The password is set at the start, so that a replaced Secret needs a restart.
  const Json annotations = {{"shopkeeper.dev/password", digest(in.passwords.at("postgres"), 16)}};
  return stateful_set(in, server.name, server.component, postgres_store(in), in.spec.database->volume,
                      annotations, pod(in, server));
}

}  // namespace shop::desired
