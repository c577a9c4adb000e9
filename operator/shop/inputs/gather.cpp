#include "operator/shop/inputs/gather.hpp"

#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/inputs/credentials.hpp"
#include "operator/shop/inputs/ports.hpp"
#include "operator/shop/spec/types.hpp"

namespace shop {
namespace {

/// Before the credentials are created only the objects that contain them differ from what they will be.
void add_placeholders(Credentials& credentials) {
  for (const auto& name : password_names()) credentials.passwords.emplace(name, "made-when-the-shop-is");
  if (credentials.signing_keys.is_null()) credentials.signing_keys = kit::generate_signing_keys();
}

/// Finds out which optional kinds the cluster has and reads the Shop's objects of them. Of kinds that replace
/// a store only Shops that use them ask.
void add_optional_objects(Inputs& in, Observed& observed, Sources& sources) {
  const auto read = [&](OptionalKind& kind, const std::string& name) {
    if (auto live = kind.get({in.ns, name}))
      observed.add(std::make_shared<const kube::Object>(std::move(*live)));
  };
  if (in.pod_monitors) read(sources.pod_monitors, in.names.shop);
  if (in.http_routes) read(sources.http_routes, in.names.shop);
  if (in.spec.cloud_native_pg) in.cloud_native_pg = sources.pg_clusters.available();
  if (in.cloud_native_pg) {
    read(sources.pg_clusters, in.names.pg_cluster());
    read(sources.pg_poolers, in.names.pg_pooler());
  }
  if (in.spec.cluster_operator) in.rabbitmq_clusters = sources.rabbitmq_clusters.available();
  if (in.rabbitmq_clusters) read(sources.rabbitmq_clusters, in.names.rabbitmq());
}

/// Reads the Secrets that the spec names, and which of them are missing.
void add_referenced_secrets(Inputs& in, const ReadSecrets& read) {
  // The digests end up in annotations, which more users may read. With an unknown salt the content of the
  // Secret cannot be guessed from them.
  const auto salt = digest(in.passwords.at("postgres"));
  const auto references = secret_references(in);
  std::set<std::string> names;
  for (const auto& reference : references) names.insert(reference.name);
  const auto secrets = read({in.ns, in.names.shop}, names);
  for (const auto& reference : references) {
    const auto secret = secrets.find(reference.name);
    if (secret == secrets.end()) {
      in.missing_secrets.push_back({reference, {}});
      continue;
    }
    const auto& data = data_of(secret->second);
    in.secret_digests[reference.name] = digest(salt + data.dump(), 16);
    if (const auto url = data.find("url"); url != data.end() && url->is_string())
      in.secret_ports[reference.name] = ports_of(kube::base64_decode(url->get<std::string>()));
    const auto& keys = reference.keys;
    const auto missing =
        std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return !data.contains(key); });
    if (missing != keys.end()) in.missing_secrets.push_back({reference, *missing});
  }
}

}  // namespace

Gathered gather(const ShopContext& context, Observed observed, Sources& sources) {
  auto credentials = read_credentials(context.names, observed);
  const bool complete = credentials.complete();
  add_placeholders(credentials);
  Inputs in{context,
            std::move(credentials.passwords),
            std::move(credentials.signing_keys),
            sources.issuer.get(),
            {},
            {},
            sources.pod_monitors.available(),
            sources.http_routes.available()};
  add_optional_objects(in, observed, sources);
  in.database_ca = read_certificates(context.names, observed).ca;
  for (const auto& server : database_servers(in)) {
    const auto* store = in.spec.cloud_native_pg
                            ? observed.find(pg_cluster_type, server.name)
                            : observed.find(kube::types::persistent_volume_claim, claim_name(server.name));
    if (store) in.volume_uids[server.name] = kube::uid(*store);
    const auto* live = observed.find(kube::types::stateful_set, server.name);
    if (live && !has_tls(*live)) in.servers_without_tls.insert(server.name);
  }
  add_referenced_secrets(in, sources.secrets);
  return {std::move(in), std::move(observed), complete};
}

}  // namespace shop
