#include "operator/shop/inputs/gather.hpp"

#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/inputs/credentials.hpp"
#include "operator/shop/inputs/ports.hpp"

namespace shop {
namespace {

/// Before the credentials are created only the objects that contain them differ from what they will be.
void add_placeholders(Credentials& credentials) {
  for (const auto& name : password_names()) credentials.passwords.emplace(name, "made-when-the-shop-is");
  if (credentials.signing_keys.is_null()) credentials.signing_keys = kit::generate_signing_keys();
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
  for (auto* kind :
       {in.pod_monitors ? &sources.pod_monitors : nullptr, in.http_routes ? &sources.http_routes : nullptr})
    if (auto live = kind ? kind->get({in.ns, in.names.shop}) : std::nullopt)
      observed.add(std::make_shared<const kube::Object>(std::move(*live)));
  in.database_ca = read_certificates(context.names, observed).ca;
  for (const auto& server : database_servers(in)) {
    if (const auto* claim = observed.find(kube::types::persistent_volume_claim, claim_name(server.name)))
      in.volume_uids[server.name] = kube::uid(*claim);
    const auto* live = observed.find(kube::types::stateful_set, server.name);
    if (live && !has_tls(*live)) in.servers_without_tls.insert(server.name);
  }
  add_referenced_secrets(in, sources.secrets);
  return {std::move(in), std::move(observed), complete};
}

}  // namespace shop
