// PostgreSQL by CloudNativePG: its custom resources Cluster and Pooler, of version 1.25 or newer.
#include "operator/kube/object/quantity.hpp"
#include "operator/shop/desired/parts.hpp"
#include "operator/shop/desired/postgres_settings.hpp"
#include "operator/shop/spec/types.hpp"
#include "services/kit/encoding/base64.hpp"

namespace shop::desired {
namespace {

constexpr const char* component = "postgres";

std::int64_t bytes(const Json& quantity) {
  const auto parsed = kube::Quantity::parse(quantity.get<std::string>());
  return parsed ? parsed->ceil() : 0;
}

/// CloudNativePG refuses shared_buffers above the memory request.
Json settings(const Spec& spec, const Json& resources) {
  const auto request = bytes(resources["requests"]["memory"]);
  const PostgresLimits limits{std::min(bytes(resources["limits"]["memory"]), request * 4),
                              bytes(spec.cloud_native_pg->volume.size)};
  Json result = {{"max_connections", std::to_string(max_connections)},
                 {"password_encryption", "scram-sha-256"},
                 {"idle_in_transaction_session_timeout", "60s"}};
  for (const auto& [name, value] : tuned(limits)) result[name] = value;
  return result;
}

/// A commit waits for one standby, so that a failover loses none. With a single standby only while that is
/// up, since else its failure would stop all writes.
Json synchronous(int instances) {
  return {{"method", "any"}, {"number", 1}, {"dataDurability", instances > 2 ? "required" : "preferred"}};
}

Json pgbouncer_settings(const Inputs& in) {
  const auto server = database_servers(in).front();
  const auto budget = connection_budget(in.spec, server.services, max_connections);
  int largest = 0;
  for (const auto& [service, limit] : budget.limits) largest = std::max(largest, limit);
  // In session mode a client has a server connection of its own, so that a pool, which is for one service,
  // needs as many as the service may have. The role's CONNECTION LIMIT holds over all poolers.
  return {{"default_pool_size", std::to_string(largest)},
          {"max_client_conn", std::to_string(budget.needed + reserved_connections)},
          // Used once: what one pooler keeps would count against the limit that the other one needs, and its
          // reset (DISCARD ALL) would forget the role that a rotated login sets.
          {"server_lifetime", "0"},
          // While the primary changes clients get an error soon and try again, as without a pooler.
          {"query_wait_timeout", "5"},
          {"server_connect_timeout", "3"},
          {"server_login_retry", "1"}};
}

}  // namespace

DesiredObject pg_cluster(const Inputs& in) {
  const auto& database = in.spec.cloud_native_pg.value();
  const auto sizes = resources(database.resources, {{"100m", "512Mi"}, {"2", "1Gi"}});
  Json storage = {{"size", database.volume.size}};
  if (!database.volume.storage_class.empty()) storage["storageClass"] = database.volume.storage_class;
  Json spec = {{"instances", database.instances},
               {"imagePullPolicy", in.spec.pull_policy},
               {"storage", std::move(storage)},
               {"resources", sizes},
               {"enableSuperuserAccess", true},
               {"superuserSecret", {{"name", in.names.pg_superuser()}}},
               {"postgresql", {{"parameters", settings(in.spec, sizes)}}}};
  if (database.instances > 1) spec["postgresql"]["synchronous"] = synchronous(database.instances);
  if (!database.image.empty()) spec["imageName"] = database.image;
  for (const auto& name : in.spec.pull_secrets) spec["imagePullSecrets"].push_back({{"name", name}});
  auto result = object(in, pg_cluster_type, in.names.pg_cluster(), component, {{"spec", std::move(spec)}});
  // CloudNativePG deletes the volumes with the Cluster.
  if (database.volume.deletion == DeletionPolicy::Retain) result.object["metadata"].erase("ownerReferences");
  return result;
}

DesiredObject pg_pooler(const Inputs& in) {
  // LISTEN, advisory locks and session settings of the services need a session of their own.
  Json spec = {{"cluster", {{"name", in.names.pg_cluster()}}},
               {"type", "rw"},
               {"instances", in.spec.cloud_native_pg.value().poolers},
               {"pgbouncer", {{"poolMode", "session"}, {"parameters", pgbouncer_settings(in)}}}};
  return object(in, pg_pooler_type, in.names.pg_pooler(), component, {{"spec", std::move(spec)}});
}

DesiredObject pg_superuser(const Inputs& in) {
  auto result = object(
      in, kube::types::secret, in.names.pg_superuser(), component,
      {{"type", "kubernetes.io/basic-auth"},
       {"data",
        {{"username", kit::base64("postgres")}, {"password", kit::base64(in.passwords.at("postgres"))}}}});
  // CloudNativePG then sets a changed password.
  result.object["metadata"]["labels"]["cnpg.io/reload"] = "true";
  return result;
}

}  // namespace shop::desired
