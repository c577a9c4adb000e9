#pragma once
#include "operator/kube/object/object.hpp"
#include "operator/shop/credentials/generate.hpp"
#include "operator/shop/desired/rollout_spec.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/spec.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace shop {

/// Defaults for what a Shop leaves out.
struct Settings {
  std::string registry;
  std::string tag;
};

/// What the Shop object and the operator's settings alone say.
struct ShopContext {
  Names names;
  std::string ns;  ///< namespace
  Json owner;      ///< entry of metadata.ownerReferences
  Spec spec;
  Settings settings;
  std::string backup_now = {};        ///< annotation shopkeeper.dev/backup-now
  std::string rotate_passwords = {};  ///< annotation shopkeeper.dev/rotate-passwords
  Json backups = Json::array();       ///< status.backups, as last written
  RolloutRecord rollout{};            ///< from the Shop's status

  /// The version that the Shop is to have: the tag of its images.
  const std::string& version() const;
  const std::string& registry() const;
  /// `<registry>/<name>:<tag>`
  std::string image(const std::string& name) const;
};
/// Throws InvalidSpec.
ShopContext shop_context(const kube::Object& shop, const Settings& settings);

/// The keys that the cluster signs ServiceAccount tokens with.
struct ClusterIssuer {
  std::string issuer;  ///< "iss" of its tokens
  Json keys;           ///< JWK set
};

/// A Secret that the Shop names, and the keys that it must have.
struct SecretReference {
  std::string field;  ///< "spec.email.secret"
  std::string name;
  std::vector<std::string> keys;
  std::vector<Service> needed_by;  ///< services whose pods cannot run without it
  bool awaited = false;  ///< another operator creates it some time after an object of ours: no failure while
                         ///< it is missing
};
/// Of a Secret that only backups need.
inline constexpr const char* backup_store_field = "spec.database.managed.backup.destination.s3";
/// Of the Secret that RabbitMQ's cluster operator makes.
inline constexpr const char* cluster_operator_field = "spec.messaging.clusterOperator";
std::vector<SecretReference> secret_references(const ShopContext& context);

/// A referenced Secret that does not exist or lacks a key.
struct MissingSecret {
  SecretReference reference;
  std::string key;  ///< empty: the Secret itself is missing
  std::string text() const;
};

/// Everything that the builders of a Shop's objects read. The same inputs give the same objects.
struct Inputs : ShopContext {
  Passwords passwords;
  Json signing_keys;  ///< JWK set with private keys
  ClusterIssuer issuer;
  /// Digests of the referenced Secrets that exist, by name. They are part of pod templates, so that a changed
  /// Secret restarts the pods that use it.
  std::map<std::string, std::string> secret_digests;
  std::vector<MissingSecret> missing_secrets;
  bool pod_monitors = false;  ///< the cluster has the kind PodMonitor
  bool http_routes = false;   ///< the cluster has the kind HTTPRoute
  /// The uids of the claims of managed database servers, or of CloudNativePG's Cluster, that exist, by the
  /// server's name. Jobs that fill a database run again on another volume.
  std::map<std::string, std::string> volume_uids{};
  /// The ports that the key "url" of a referenced Secret names, by the Secret's name.
  std::map<std::string, std::vector<int>> secret_ports = {};
  /// The certificate, in PEM, of the authority of the managed database servers.
  std::string database_ca = {};
  /// The managed database servers, by name, that run as an earlier operator started them, without TLS.
  std::set<std::string> servers_without_tls = {};
  bool cloud_native_pg = false;    ///< the cluster has the kinds Cluster and Pooler of CloudNativePG
  bool rabbitmq_clusters = false;  ///< the cluster has the kind RabbitmqCluster
};

/// A PostgreSQL server of the Shop, or a cluster of them, and the services whose databases it holds.
struct DatabaseServer {
  std::string name;       ///< of its StatefulSet and Service, or of its Cluster
  std::string component;  ///< label
  std::vector<Service> services;
  std::string host = name;     ///< the Service that the services of the shop connect to
  std::string primary = name;  ///< the Service of the server that can be written to
};
/// Empty when the database is external.
std::vector<DatabaseServer> database_servers(const ShopContext& context);
/// The name of the claim of a StatefulSet's only volume.
std::string claim_name(const std::string& stateful_set);
/// Empty when the claim is not known.
std::string volume_uid(const Inputs& in, const DatabaseServer& server);

}  // namespace shop
