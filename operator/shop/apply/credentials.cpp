#include "operator/shop/apply/credentials.hpp"

#include "operator/shop/credentials/key_rotation.hpp"
#include "operator/shop/credentials/password_rotation.hpp"
#include "operator/shop/desired/database_tls.hpp"
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/inputs/credentials.hpp"
#include "operator/shop/observed/ownership.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>

namespace shop {
namespace {

/// The Secret as it exists, as created from `make`, or as another run has just created it.
Json get_or_create(kube::Api& api, const kube::Key& key, const std::function<DesiredObject()>& make) {
  if (auto found = api.get(kube::types::secret, key)) return *found;
  try {
    return api.create(kube::types::secret, make().object);
  } catch (const kube::ApiError& error) {
    if (!error.already_exists()) throw;
    auto found = api.get(kube::types::secret, key);
    if (!found) throw;
    return *found;
  }
}

/// Changes a Secret's data unless someone else has changed it since it was read.
Json patch_data(kube::Api& api, const Json& secret, const Json& data) {
  const Json patch = {{"metadata", {{"resourceVersion", kube::resource_version(secret)}}}, {"data", data}};
  return api.merge_patch(kube::types::secret, kube::key(secret), patch, {.manager = manager});
}

/// Adds the passwords that an older operator did not know.
Json complete(kube::Api& api, const Json& secret) {
  Json added = Json::object();
  const auto known = read_passwords(secret);
  for (const auto& name : password_names())
    if (!known.contains(name)) added[name] = kit::base64(generate_password());
  return added.empty() ? secret : patch_data(api, secret, added);
}

void remember(Observed& observed, Json object) {
  observed.add(std::make_shared<const Json>(std::move(object)));
}

void create_missing(const ShopContext& context, Observed& observed, kube::Api& api, std::int64_t now) {
  const auto& names = context.names;
  const auto owner = kube::text_at(context.owner, "/uid");
  const auto passwords = get_or_create(api, {context.ns, names.passwords()}, [&] {
    Passwords values;
    for (const auto& name : password_names()) values[name] = generate_password();
    return desired::passwords(context, values);
  });
  check_controlled_by(owner, passwords);
  remember(observed, complete(api, passwords));
  auto signing = get_or_create(api, {context.ns, names.signing()},
                               [&] { return desired::signing_keys(context, first_signing_keys(now)); });
  check_controlled_by(owner, signing);
  remember(observed, std::move(signing));
}

std::string text_of(const Observed& observed, const std::string& secret, const std::string& key) {
  const auto* found = observed.find(kube::types::secret, secret);
  if (!found) return {};
  const auto& data = data_of(*found);
  return data.contains(key) && data[key].is_string() ? kube::base64_decode(data[key].get<std::string>()) : "";
}

bool every_service_has_its_role(const ShopContext& context, const Observed& observed,
                                const Passwords& passwords) {
  return std::all_of(all_services.begin(), all_services.end(), [&](auto service) {
    return text_of(observed, context.names.database_secret(service), "url")
        .starts_with("postgresql://" + login_role(passwords, service) + ":" +
                     login_password(passwords, service) + "@");
  });
}

/// Pods read their Secrets when they start.
bool pods_are_newer(const Observed& observed, std::int64_t than) {
  for (const auto& [id, object] : observed.all()) {
    if (id.first != "Pod") continue;
    const auto component = kube::text_at(*object, "/metadata/labels/app.kubernetes.io~1component");
    const bool of_service = std::any_of(all_services.begin(), all_services.end(),
                                        [&](auto service) { return to_string(service) == component; });
    if (!of_service) continue;
    const auto created = kit::parse_rfc3339(kube::text_at(*object, "/metadata/creationTimestamp"));
    if (!created || *created <= std::chrono::sys_seconds(std::chrono::seconds(than))) return false;
  }
  return true;
}

void rotate_passwords(const ShopContext& context, Observed& observed, kube::Api& api,
                      const Passwords& passwords, std::int64_t now) {
  if (!context.spec.own_databases()) return;
  const auto next = rotated_passwords(
      passwords,
      {.request = context.rotate_passwords,
       .now = now,
       .connections_switched = [&] { return every_service_has_its_role(context, observed, passwords); },
       .pods_since = [&](std::int64_t time) { return pods_are_newer(observed, time); }});
  if (next == passwords) return;
  Json data = Json::object();
  for (const auto& [name, text] : next)
    if (!passwords.contains(name) || passwords.at(name) != text) data[name] = kit::base64(text);
  for (const auto& [name, text] : passwords)
    if (!next.contains(name)) data[name] = nullptr;
  remember(observed, patch_data(api, *observed.find(kube::types::secret, context.names.passwords()), data));
  kit::log::info(
      "database passwords changed",
      {{"namespace", context.ns}, {"shop", context.names.shop}, {"under_way", next.contains("retiring")}});
}

void ensure_certificates(const ShopContext& context, Observed& observed, kube::Api& api, std::int64_t now) {
  const auto name = context.names.certificates();
  const auto hosts = certificate_names(context);
  if (hosts.empty()) return;
  if (!observed.find(kube::types::secret, name)) {
    auto made = get_or_create(api, {context.ns, name},
                              [&] { return desired::certificates(context, renewed({}, hosts, now)); });
    check_controlled_by(kube::text_at(context.owner, "/uid"), made);
    remember(observed, std::move(made));
  }
  const auto certificates = read_certificates(context.names, observed);
  Certificates next;
  try {
    next = renewed(certificates, hosts, now);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("ca.crt and ca.key of Secret " + name + " are not readable (" + error.what() +
                                "); restore them, or delete the Secret to have new ones made");
  }
  if (next == certificates) return;
  const auto data = desired::certificates(context, next).object["data"];
  remember(observed, patch_data(api, *observed.find(kube::types::secret, name), data));
  kit::log::info(
      "database certificates renewed",
      {{"namespace", context.ns}, {"shop", context.names.shop}, {"authority", next.ca != certificates.ca}});
}

}  // namespace

KeyRotation ensure_credentials(const ShopContext& context, Observed& observed, kube::Api& api,
                               const std::string& rotation, std::int64_t now) {
  const auto signing = context.names.signing();
  auto credentials = read_credentials(context.names, observed);
  if (!credentials.complete()) {
    create_missing(context, observed, api, now);
    credentials = read_credentials(context.names, observed);
    if (!credentials.complete())
      throw std::invalid_argument("Secret " + signing +
                                  " has no signing.json; delete it to have new keys made");
  }
  rotate_passwords(context, observed, api, credentials.passwords, now);
  ensure_certificates(context, observed, api, now);
  const auto keys = rotated(credentials.signing_keys, now, rotation, published_keys(context.names, observed));
  KeyRotation result;
  if (const auto due = rotation_due(keys))
    result.next_step = std::chrono::seconds(std::max<std::int64_t>(*due - now, 0) + 1);
  if (keys == credentials.signing_keys) return result;
  remember(observed, patch_data(api, *observed.find(kube::types::secret, signing),
                                {{"signing.json", kit::base64(keys.dump())}}));
  const auto signs = keys["keys"][0].value("kid", "");
  if (signs != credentials.signing_keys["keys"][0].value("kid", "")) result.promoted = signs;
  kit::log::info("signing keys changed", {{"namespace", context.ns},
                                          {"shop", context.names.shop},
                                          {"signs", signs},
                                          {"published", keys["keys"].size()}});
  return result;
}

}  // namespace shop
