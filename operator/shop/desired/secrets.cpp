// The Secrets and ConfigMaps of keys and connections.
#include "operator/shop/credentials/password_rotation.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/parts.hpp"
#include "services/kit/encoding/base64.hpp"

namespace shop::desired {
namespace {

DesiredObject secret(const ShopContext& in, const std::string& name, const std::string& component,
                     const Json& text) {
  Json data = Json::object();
  for (const auto& [key, value] : text.items()) data[key] = kit::base64(value.get<std::string>());
  return object(in, kube::types::secret, name, component, {{"type", "Opaque"}, {"data", std::move(data)}});
}

DesiredObject key_set(const ShopContext& in, const std::string& name, const std::string& component,
                      const Json& keys) {
  return object(in, kube::types::config_map, name, component, {{"data", {{"jwks.json", keys.dump()}}}});
}

}  // namespace

DesiredObject passwords(const ShopContext& in, const Passwords& values) {
  return secret(in, in.names.passwords(), "passwords", Json(values));
}

DesiredObject signing_keys(const ShopContext& in, const Json& keys) {
  return secret(in, in.names.signing(), "signing-keys", {{"signing.json", keys.dump()}});
}

DesiredObject certificates(const ShopContext& in, const Certificates& values) {
  return secret(in, in.names.certificates(), "certificates",
                {{"ca.crt", values.ca},
                 {"ca.key", values.ca_key},
                 {"tls.crt", values.server},
                 {"tls.key", values.server_key}});
}

DesiredObject public_keys(const Inputs& in) {
  auto result = key_set(in, in.names.keys(), "public-keys", kit::public_keys(in.signing_keys));
  if (in.spec.database) result.object["data"][database_ca_key] = in.database_ca;
  return result;
}

DesiredObject issuer_keys(const Inputs& in) {
  return key_set(in, in.names.issuer(), "issuer-keys", in.issuer.keys);
}

DesiredObject database_secret(const Inputs& in, Service service) {
  const auto database = database_name(service);
  const auto server = server_of(in, service);
  if (!server) throw std::logic_error("database_secret of an external database");
  std::string url = "postgresql://";
  url.append(login_role(in.passwords, service))
      .append(":")
      .append(login_password(in.passwords, service))
      .append("@")
      .append(server->host);
  url.append(":").append(std::to_string(postgres_port)).append("/").append(database);
  return secret(in, in.names.database_secret(service), to_string(service), {{"url", url}});
}

DesiredObject messaging_secret(const Inputs& in) {
  auto url = "amqp://shopkeeper:" + in.passwords.at("rabbitmq") + "@" + in.names.rabbitmq() + ":" +
             std::to_string(amqp_port) + "/shopkeeper";
  return secret(in, in.names.messaging_secret(), "rabbitmq", {{"url", url}});
}

DesiredObject rabbitmq_definitions(const Inputs& in) {
  // Imported at every start, so that a volume left by a deleted Shop gets the new Shop's password.
  Json definitions = {{"vhosts", {{{"name", "shopkeeper"}}}},
                      {"users",
                       {{{"name", "shopkeeper"},
                         {"password_hash", rabbitmq_password_hash(in.passwords.at("rabbitmq"))},
                         {"hashing_algorithm", "rabbit_password_hashing_sha256"},
                         {"tags", ""}}}},
                      {"permissions",
                       {{{"user", "shopkeeper"},
                         {"vhost", "shopkeeper"},
                         {"configure", ".*"},
                         {"write", ".*"},
                         {"read", ".*"}}}}};
  return secret(in, in.names.rabbitmq(), "rabbitmq", {{"definitions.json", definitions.dump()}});
}

}  // namespace shop::desired
