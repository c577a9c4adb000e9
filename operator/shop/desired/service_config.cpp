#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/config_keys.hpp"
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {
namespace {

// Between "not ready" and the end of accepting; kube-proxy and the Ingress react within about a second.
constexpr const char* drain_delay = "3s";

/// Nested maps of scalars as block YAML; texts are quoted as in JSON, which YAML reads the same.
std::string to_yaml(const Json& map, const std::string& indent = {}) {
  std::string text;
  for (const auto& [key, value] : map.items()) {
    if (value.is_object())
      text += indent + key + ":\n" + to_yaml(value, indent + "  ");
    else
      text += indent + key + ": " + value.dump() + "\n";
  }
  return text;
}

std::string service_url(const Inputs& in, Service service) {
  return "http://" + in.names.service(service) + ":" + std::to_string(ops_port);
}

/// The URL of the shop; empty when it has no host name.
std::string public_url(const Gateway& gateway) {
  if (gateway.host.empty() || gateway.host.starts_with('*')) return {};
  return gateway.url(gateway.host);
}

Json settings(const Inputs& in, Service service) {
  Json config = {{"access", in.spec.access},
                 {"currency", in.spec.currency},
                 {"http", {{"address", "0.0.0.0"}, {"port", http_port}, {"drain_delay", drain_delay}}},
                 {"ops", {{"address", "0.0.0.0"}, {"port", ops_port}}},
                 {"database", {{"pool", connection_budget(in, service).pool}}},
                 {"auth", {{"jwks_file", "/etc/shopkeeper/keys/jwks.json"}}},
                 {"internal",
                  {{"issuer_keys_file", "/etc/shopkeeper/issuer/jwks.json"},
                   {"issuer", in.issuer.issuer},
                   {"token_file", "/var/run/secrets/shopkeeper/token"}}}};
  for (auto each : callees(service)) config["peers"][to_string(each)] = service_url(in, each);
  if (service == Service::User) {
    config["auth"]["signing_file"] = "/etc/shopkeeper/signing/signing.json";
    // Addresses cannot be verified without a mail server.
    config["accounts"] = {{"verify_email", in.spec.email.has_value()}};
  }
  if (service == Service::Order && in.spec.payments)
    config["payments"] = {{"provider", in.spec.payments->provider}};
  if (service == Service::Notification) {
    if (const auto url = public_url(in.spec.gateway); !url.empty()) config["public_url"] = url;
    if (in.spec.email) {
      const auto& email = *in.spec.email;
      config["email"] = {
          {"host", email.host}, {"port", email.port}, {"from", email.from}, {"tls", email.tls}};
    }
  }
  return config;
}

Json content(const Inputs& in, Service service) {
  return {{"config.yaml", to_yaml(known_config(settings(in, service), in.version(), config_keys()))}};
}

}  // namespace

std::string service_config_name(const Inputs& in, Service service) {
  return in.names.service(service) + "-" + digest(content(in, service).dump(), 10);
}

// All services get revoked tokens from the user service, and names and prices from the product service.
std::set<Service> callees(Service service) {
  switch (service) {
    case Service::User:
      return {Service::Product};
    case Service::Order:
      return {Service::User, Service::Product};
    case Service::Product:
    case Service::Notification:
      break;
  }
  return {Service::User};
}

DesiredObject service_config(const Inputs& in, Service service) {
  return object(in, kube::types::config_map, service_config_name(in, service), to_string(service),
                {{"data", content(in, service)}, {"immutable", true}});
}

std::string config_digest(const Inputs& in, Service service) {
  // Without the key sets, which the services reload when they change.
  Json all = {{"config", content(in, service)}};
  if (in.spec.own_databases()) all["database"] = database_secret(in, service).object["data"];
  if (in.spec.messaging) all["messaging"] = messaging_secret(in).object["data"];
  for (const auto& reference : secret_references(in)) {
    const auto& users = reference.needed_by;
    auto known = in.secret_digests.find(reference.name);
    if (known != in.secret_digests.end() && std::find(users.begin(), users.end(), service) != users.end())
      all["secrets"][reference.name] = known->second;
  }
  return digest(all.dump(), 16);
}

}  // namespace shop::desired
