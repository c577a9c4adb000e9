#include "operator/shop/desired/database_tls.hpp"

#include "operator/shop/desired/parts.hpp"

namespace shop {
namespace {

constexpr const char* volume = "certificate";

bool has(const Json& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Json& each) { return kube::text_at(each, "/name") == name; });
}

}  // namespace

std::vector<std::string> certificate_names(const ShopContext& context) {
  std::vector<std::string> names;
  if (!context.spec.database) return names;
  for (const auto& server : database_servers(context))
    for (const auto& suffix : {std::string(), "." + context.ns, "." + context.ns + ".svc",
                               "." + context.ns + ".svc.cluster.local"})
      names.push_back(server.name + suffix);
  return names;
}

bool has_tls(const kube::Object& stateful_set) {
  const Json::json_pointer path("/spec/template/spec/volumes");
  return stateful_set.contains(path) && has(stateful_set.at(path), volume);
}

namespace desired {
namespace {

constexpr const char* certificate = "/etc/shopkeeper/certificate/tls.crt";
constexpr const char* private_key = "/etc/shopkeeper/certificate/tls.key";
constexpr const char* access_rules = "/var/run/postgresql/pg_hba.conf";

/// Unless the Shop's own `env` has it.
void add_env(Json& container, const char* name, const std::string& value) {
  if (!has(container["env"], name)) container["env"].push_back(env(name, value));
}

/// The authority that CloudNativePG makes for each Cluster. The certificate that poolers serve too has not
/// their name.
void add_cluster_ca(const Inputs& in, Json& pod) {
  auto source = secret_volume("database-ca", in.names.pg_cluster() + "-ca");
  source["secret"]["items"] = {{{"key", "ca.crt"}, {"path", "ca.crt"}}};
  pod["volumes"].push_back(std::move(source));
  auto& container = pod["containers"][0];
  container["volumeMounts"].push_back(read_only_mount("database-ca", "/etc/shopkeeper/database"));
  add_env(container, "PGSSLMODE", "verify-ca");
  add_env(container, "PGSSLROOTCERT", "/etc/shopkeeper/database/ca.crt");
}

}  // namespace

void add_server_tls(const ShopContext& in, Json& pod, Json& container) {
  // PostgreSQL accepts a key that its group may read only when the file is root's, as the kubelet writes it.
  auto source = secret_volume(volume, in.names.certificates());
  source["secret"]["items"] = {{{"key", "tls.crt"}, {"path", "tls.crt"}},
                               {{"key", "tls.key"}, {"path", "tls.key"}}};
  pod["volumes"].push_back(std::move(source));
  container["volumeMounts"].push_back(read_only_mount(volume, "/etc/shopkeeper/certificate"));
  for (const auto& [name, value] : {std::pair{"ssl", "on"},
                                    {"ssl_cert_file", certificate},
                                    {"ssl_key_file", private_key},
                                    {"ssl_min_protocol_version", "TLSv1.3"},
                                    {"hba_file", access_rules}}) {
    container["args"].push_back("-c");
    container["args"].push_back(std::string(name) + "=" + value);
  }
}

// The sockets are in the pod and, with backups, on its volume.
const char* write_access_rules() {
  return R"sh(cat >/var/run/postgresql/pg_hba.conf <<'RULES'
local all all trust
hostssl all all all scram-sha-256
RULES
)sh";
}

const char* reload_certificate() {
  // The kubelet replaces the files together, so that the key is there when the certificate is. Open
  // connections stay. A reload that fails is tried again the next time.
  return R"sh(offered=/etc/shopkeeper/certificate/tls.crt served=/tmp/served.crt
if [ "$(cat $offered)" != "$(cat $served 2>/dev/null)" ]; then
  cp $offered $served.new && pg_ctl reload -s -D "$PGDATA" && mv $served.new $served
fi
)sh";
}

void add_client_tls(const Inputs& in, const DatabaseServer& server, Json& pod) {
  if (in.spec.cloud_native_pg) return add_cluster_ca(in, pod);
  if (in.servers_without_tls.contains(server.name)) return;
  auto& container = pod["containers"][0];
  add_env(container, "PGSSLMODE", "verify-full");
  add_env(container, "PGSSLROOTCERT", std::string("/etc/shopkeeper/keys/") + database_ca_key);
  if (has(pod["volumes"], "keys")) return;
  pod["volumes"].push_back(config_volume("keys", in.names.keys()));
  container["volumeMounts"].push_back(read_only_mount("keys", "/etc/shopkeeper/keys"));
}

void add_external_ca(const Inputs& in, Service service, Json& pod) {
  auto source = secret_volume("database-ca", in.spec.external_database.secrets.at(service));
  source["secret"]["items"] = {{{"key", "ca.crt"}, {"path", "ca.crt"}}};
  source["secret"]["optional"] = true;
  pod["volumes"].push_back(std::move(source));
  auto& container = pod["containers"][0];
  container["volumeMounts"].push_back(read_only_mount("database-ca", "/etc/shopkeeper/database"));
  // Without the file libpq verifies nothing, unless the URL asks for it.
  add_env(container, "PGSSLROOTCERT", "/etc/shopkeeper/database/ca.crt");
}

std::optional<DatabaseServer> server_of(const ShopContext& in, Service service) {
  for (auto& server : database_servers(in))
    if (std::find(server.services.begin(), server.services.end(), service) != server.services.end())
      return std::move(server);
  return std::nullopt;
}

}  // namespace desired
}  // namespace shop
