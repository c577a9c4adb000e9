#include "operator/shop/desired/inputs.hpp"

namespace shop {

ShopContext shop_context(const kube::Object& shop, const Settings& settings) {
  ShopContext context{
      {kube::name(shop)}, kube::namespace_of(shop), kube::owner_reference(shop), parse_shop(shop), settings};
  context.backup_now = kube::annotation(shop, backup_now_annotation);
  context.rotate_passwords = kube::annotation(shop, rotate_passwords_annotation);
  const Json::json_pointer backups("/status/backups");
  if (shop.contains(backups) && shop.at(backups).is_array()) context.backups = shop.at(backups);
  if (const auto status = shop.find("status"); status != shop.end() && status->is_object())
    context.rollout = read_rollout(*status, context);
  return context;
}

const std::string& ShopContext::version() const {
  if (!spec.tag.empty()) return spec.tag;
  return spec.version.empty() ? settings.tag : spec.version;
}

const std::string& ShopContext::registry() const {
  return spec.registry.empty() ? settings.registry : spec.registry;
}

std::string ShopContext::image(const std::string& name) const {
  return registry() + "/" + name + ":" + version();
}

std::vector<DatabaseServer> database_servers(const ShopContext& context) {
  const std::vector<Service> all(all_services.begin(), all_services.end());
  if (const auto& cluster = context.spec.cloud_native_pg) {
    const auto name = context.names.pg_cluster();
    const auto primary = name + "-rw";
    return {{.name = name,
             .component = "postgres",
             .services = all,
             .host = cluster->poolers > 0 ? context.names.pg_pooler() : primary,
             .primary = primary}};
  }
  if (!context.spec.database) return {};
  if (context.spec.database->topology == Topology::Shared)
    return {{.name = context.names.shop + "-postgres", .component = "postgres", .services = all}};
  std::vector<DatabaseServer> servers;
  for (auto service : all_services) {
    auto component = "postgres-" + to_string(service);
    servers.push_back(
        {.name = context.names.shop + "-" + component, .component = component, .services = {service}});
  }
  return servers;
}

std::string claim_name(const std::string& stateful_set) { return "data-" + stateful_set + "-0"; }

std::string volume_uid(const Inputs& in, const DatabaseServer& server) {
  const auto it = in.volume_uids.find(server.name);
  return it == in.volume_uids.end() ? "" : it->second;
}

std::vector<SecretReference> secret_references(const ShopContext& context) {
  const auto& spec = context.spec;
  std::vector<SecretReference> result;
  for (const auto& name : spec.pull_secrets)
    result.push_back({"spec.image.pullSecrets", name, {".dockerconfigjson"}, {}});
  if (!spec.own_databases())
    for (const auto& [service, name] : spec.external_database.secrets)
      result.push_back({"spec.database.external.secrets." + to_string(service), name, {"url"}, {service}});
  const auto add_store = [&](const std::string& field, const std::optional<S3Store>& s3) {
    if (!s3) return;
    result.push_back({field + ".secret", s3->secret, {"access-key", "secret-key", "passphrase"}, {}});
    if (!s3->ca_secret.empty()) result.push_back({field + ".caSecret", s3->ca_secret, {"ca.crt"}, {}});
  };
  if (spec.database && spec.database->backup) add_store(backup_store_field, spec.database->backup->s3);
  if (spec.restore_from) add_store("spec.restoreFrom.s3", spec.restore_from->s3);
  if (spec.cluster_operator)
    result.push_back({cluster_operator_field,
                      context.names.rabbitmq_default_user(),
                      {"connection_string"},
                      {all_services.begin(), all_services.end()},
                      true});
  else if (!spec.messaging)
    result.push_back({"spec.messaging.external.secret",
                      spec.external_messaging,
                      {"url"},
                      {all_services.begin(), all_services.end()}});
  if (spec.email && !spec.email->secret.empty())
    result.push_back(
        {"spec.email.secret", spec.email->secret, {"username", "password"}, {Service::Notification}});
  if (spec.payments && !spec.payments->secret.empty())
    result.push_back(
        {"spec.payments.secret", spec.payments->secret, {"api-key", "webhook-secret"}, {Service::Order}});
  if (!spec.gateway.tls_secret.empty())
    result.push_back({"spec.gateway.tls.secretName", spec.gateway.tls_secret, {"tls.crt", "tls.key"}, {}});
  if (!spec.gateway.tls_issuer.empty())
    result.push_back({"spec.gateway.tls.issuer", context.names.tls(), {"tls.crt", "tls.key"}, {}, true});
  return result;
}

std::string MissingSecret::text() const {
  if (reference.field == cluster_operator_field)
    return "RabbitMQ's cluster operator has not made Secret " + reference.name + " yet";
  if (reference.awaited)
    return "The certificate has not been issued yet: " + reference.field + " makes Secret " + reference.name;
  const auto where = reference.field + " names Secret " + reference.name;
  return key.empty() ? where + ", which does not exist" : where + ", which has no key " + key;
}

}  // namespace shop
