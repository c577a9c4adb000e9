#include "operator/shop/desired/parts.hpp"
#include "operator/shop/digest.hpp"

namespace shop::desired {
namespace {

// Between "not ready" and the end of accepting: kube-proxy and the Ingress learn of it within about a second.
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

std::string peer(const Inputs& in, Service service) {
  return "http://" + in.names.service(service) + ":" + std::to_string(ops_port);
}

Json settings(const Inputs& in, Service service) {
  Json config = {{"access", in.spec.access},
                 {"currency", in.spec.currency},
                 {"http", {{"address", "0.0.0.0"}, {"port", http_port}, {"drain_delay", drain_delay}}},
                 {"ops", {{"address", "0.0.0.0"}, {"port", ops_port}}},
                 {"auth", {{"jwks_file", "/etc/shopkeeper/keys/jwks.json"}}},
                 {"internal",
                  {{"issuer_keys_file", "/etc/shopkeeper/issuer/jwks.json"},
                   {"issuer", in.issuer.issuer},
                   {"token_file", "/var/run/secrets/shopkeeper/token"}}}};
  if (service == Service::User) config["auth"]["signing_file"] = "/etc/shopkeeper/signing/signing.json";
  if (service == Service::Order)
    config["peers"] = {{"user", peer(in, Service::User)}, {"product", peer(in, Service::Product)}};
  if (service == Service::Notification && in.spec.email) {
    const auto& email = *in.spec.email;
    config["email"] = {{"host", email.host}, {"port", email.port}, {"from", email.from}, {"tls", email.tls}};
  }
  return config;
}

}  // namespace

Wanted service_config(const Inputs& in, Service service) {
  auto result = object(in, kube::types::config_map, in.names.service(service), to_string(service));
  result["data"] = {{"config.yaml", to_yaml(settings(in, service))}};
  return {kube::types::config_map, std::move(result)};
}

std::string config_digest(const Inputs& in, Service service) {
  // Not the key sets: the services read those again when they change.
  Json all = {{"config", service_config(in, service).object["data"]}};
  if (in.spec.database) all["database"] = database_secret(in, service).object["data"];
  if (in.spec.messaging) all["messaging"] = messaging_secret(in).object["data"];
  for (const auto& reference : secret_references(in.spec)) {
    const auto& users = reference.needed_by;
    auto known = in.secret_digests.find(reference.name);
    if (known != in.secret_digests.end() && std::find(users.begin(), users.end(), service) != users.end())
      all["secrets"][reference.name] = known->second;
  }
  return digest(all.dump(), 16);
}

}  // namespace shop::desired
