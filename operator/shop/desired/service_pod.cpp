#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

// The kubelet replaces it long before it expires.
constexpr int token_seconds = 3600;

Json environment(const Inputs& in, Service service) {
  const auto& spec = in.spec;
  Json result = Json::array({env("SHOPKEEPER_CONFIG", "/etc/shopkeeper/config/config.yaml")});
  result.push_back(env_from_secret(
      "DATABASE_URL",
      spec.own_databases() ? in.names.database_secret(service) : spec.external_database.secrets.at(service),
      "url"));
  if (spec.cluster_operator)
    result.push_back(env_from_secret("AMQP_URL", in.names.rabbitmq_default_user(), "connection_string"));
  else
    result.push_back(env_from_secret(
        "AMQP_URL", spec.messaging ? in.names.messaging_secret() : spec.external_messaging, "url"));
  if (service == Service::Notification && spec.email && !spec.email->secret.empty()) {
    result.push_back(env_from_secret("SHOPKEEPER_EMAIL_USERNAME", spec.email->secret, "username"));
    result.push_back(env_from_secret("SHOPKEEPER_EMAIL_PASSWORD", spec.email->secret, "password"));
  }
  if (service == Service::Order && spec.payments && !spec.payments->secret.empty()) {
    const auto& secret = spec.payments->secret;
    result.push_back(env_from_secret("SHOPKEEPER_PAYMENTS_STRIPE_API_KEY", secret, "api-key"));
    result.push_back(env_from_secret("SHOPKEEPER_PAYMENTS_STRIPE_WEBHOOK_SECRET", secret, "webhook-secret"));
  }
  for (const auto& [name, value] : spec.services.at(service).env) result.push_back(env(name, value));
  return result;
}

Json volumes(const Inputs& in, Service service) {
  Json token = {
      {"name", "token"},
      {"projected",
       {{"sources",
         {{{"serviceAccountToken",
            {{"audience", "shopkeeper"}, {"expirationSeconds", token_seconds}, {"path", "token"}}}}}}}}};
  Json result = Json::array(
      {config_volume("config", service_config_name(in, service)), config_volume("keys", in.names.keys()),
       config_volume("issuer", in.names.issuer()), std::move(token), empty_dir("tmp", "64Mi")});
  if (service == Service::User) result.push_back(secret_volume("signing", in.names.signing()));
  return result;
}

Json mounts(Service service) {
  Json result = Json::array({read_only_mount("config", "/etc/shopkeeper/config"),
                             read_only_mount("keys", "/etc/shopkeeper/keys"),
                             read_only_mount("issuer", "/etc/shopkeeper/issuer"),
                             read_only_mount("token", "/var/run/secrets/shopkeeper"), mount("tmp", "/tmp")});
  if (service == Service::User) result.push_back(read_only_mount("signing", "/etc/shopkeeper/signing"));
  return result;
}

}  // namespace

Json service_pod(const Inputs& in, Service service, const std::string& command) {
  const Resources defaults{{"50m", "64Mi"}, {"1", "256Mi"}};
  const auto name = to_string(service);
  auto container_of_service =
      container(in.spec, name, in.image(name), environment(in, service),
                resources(in.spec.services.at(service).resources, defaults), mounts(service));
  container_of_service["args"] = Json::array({command});
  auto pod =
      pod_spec(in.spec, services_uid, Json::array({std::move(container_of_service)}), volumes(in, service));
  pod["serviceAccountName"] = in.names.service(service);
  if (const auto server = server_of(in, service))
    add_client_tls(in, *server, pod);
  else
    add_external_ca(in, service, pod);
  return pod;
}

DesiredObject service_account(const Inputs& in, Service service) {
  // No pod of the shop uses the API server; the token for the other services is projected.
  return object(in, kube::types::service_account, in.names.service(service), to_string(service),
                {{"automountServiceAccountToken", false}});
}

}  // namespace shop::desired
