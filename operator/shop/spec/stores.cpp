#include "operator/shop/spec/stores.hpp"

#include "operator/kube/object/quantity.hpp"
#include "operator/shop/spec/spec_reader.hpp"

#include <functional>

namespace shop {
namespace {

Resources::Amounts read_amounts(SpecReader& parent, const char* field) {
  SpecReader reader(parent, field);
  return {reader.cpu("cpu"), reader.size("memory")};
}

bool above(const std::string& request, const std::string& limit) {
  const auto low = kube::Quantity::parse(request);
  const auto high = kube::Quantity::parse(limit);
  return low && high && *low > *high;
}

DeletionPolicy read_deletion(SpecReader& reader, DeletionPolicy fallback) {
  auto value = fallback == DeletionPolicy::Retain ? reader.choice("deletionPolicy", {"Retain", "Delete"})
                                                  : reader.choice("deletionPolicy", {"Delete", "Retain"});
  return value == "Retain" ? DeletionPolicy::Retain : DeletionPolicy::Delete;
}

Volume read_volume(SpecReader& reader, const Volume& fallback) {
  return {reader.size("storage", fallback.size), reader.text("storageClassName"),
          read_deletion(reader, fallback.deletion)};
}

/// A field of spec.database or spec.messaging, and what reads it.
struct Kind {
  const char* name;
  std::function<void(SpecReader&)> read;
};

/// Reads the only one of the three that spec.<field> has.
void read_one(SpecReader& parent, const char* field, const std::array<Kind, 3>& kinds) {
  SpecReader reader(parent, field);
  if (!reader.present()) return;
  const Kind* only = nullptr;
  int found = 0;
  for (const auto& kind : kinds) {
    if (!reader.object(kind.name)) continue;
    only = &kind;
    ++found;
  }
  if (found != 1)
    return parent.add_error(field, std::string("needs exactly one of ") + kinds[0].name + ", " +
                                       kinds[1].name + " and " + kinds[2].name);
  SpecReader fields(reader, only->name);
  only->read(fields);
}

void read_managed_database(SpecReader& fields, ManagedDatabase& database) {
  database.image = fields.text("image");
  database.version = fields.text("version");
  database.topology = fields.choice("topology", {"Shared", "PerService"}) == "Shared" ? Topology::Shared
                                                                                      : Topology::PerService;
  database.volume = read_volume(fields, database.volume);
  database.resources = read_resources(fields);
  database.backup = read_backup(fields);
}

ExternalDatabase read_external_database(SpecReader& fields) {
  ExternalDatabase database;
  database.max_connections = fields.integer("maxConnections", 0, 20, 100000);
  SpecReader secrets(fields, "secrets");
  for (auto service : all_services)
    database.secrets[service] = secrets.required_text(to_string(service).c_str());
  return database;
}

CloudNativePg read_cloud_native_pg(SpecReader& fields) {
  CloudNativePg database;
  database.instances = fields.integer("instances", 3, 1, 9);
  database.image = fields.text("image");
  database.volume = read_volume(fields, database.volume);
  database.resources = read_resources(fields);
  SpecReader pooler(fields, "pooler");
  database.poolers = pooler.integer("instances", 2, 0, 9);
  return database;
}

ClusterOperator read_cluster_operator(SpecReader& fields) {
  ClusterOperator messaging;
  messaging.replicas = fields.integer("replicas", 3, 1, 5);
  if (messaging.replicas % 2 == 0)
    fields.add_error("replicas",
                     "is 1, 3 or 5, because an even number survives no more failures than one less");
  messaging.image = fields.text("image");
  messaging.size = fields.size("storage", messaging.size);
  messaging.storage_class = fields.text("storageClassName");
  messaging.resources = read_resources(fields);
  return messaging;
}

}  // namespace

Resources read_resources(SpecReader& parent) {
  SpecReader reader(parent, "resources");
  Resources result{read_amounts(reader, "requests"), read_amounts(reader, "limits")};
  if (above(result.requests.cpu, result.limits.cpu))
    reader.add_error("limits.cpu", "may not be below requests.cpu, which is " + result.requests.cpu);
  if (above(result.requests.memory, result.limits.memory))
    reader.add_error("limits.memory", "may not be below requests.memory, which is " + result.requests.memory);
  return result;
}

void read_database(SpecReader& parent, Spec& spec) {
  read_one(parent, "database",
           {Kind{"managed", [&](SpecReader& fields) { read_managed_database(fields, *spec.database); }},
            Kind{"external",
                 [&](SpecReader& fields) {
                   spec.database.reset();
                   spec.external_database = read_external_database(fields);
                 }},
            Kind{"cloudNativePG", [&](SpecReader& fields) {
                   spec.database.reset();
                   spec.cloud_native_pg = read_cloud_native_pg(fields);
                 }}});
}

void read_messaging(SpecReader& parent, Spec& spec) {
  const auto managed = [&](SpecReader& fields) {
    auto& messaging = *spec.messaging;
    messaging.image = fields.text("image");
    messaging.version = fields.text("version");
    messaging.volume = read_volume(fields, messaging.volume);
    messaging.resources = read_resources(fields);
  };
  read_one(parent, "messaging",
           {Kind{"managed", managed},
            Kind{"external",
                 [&](SpecReader& fields) {
                   spec.messaging.reset();
                   spec.external_messaging = fields.required_text("secret");
                 }},
            Kind{"clusterOperator", [&](SpecReader& fields) {
                   spec.messaging.reset();
                   spec.cluster_operator = read_cluster_operator(fields);
                 }}});
}

}  // namespace shop
