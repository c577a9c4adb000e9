#include "operator/shop/apply/credentials.hpp"

#include "operator/shop/credentials/key_rotation.hpp"
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/inputs/credentials.hpp"
#include "operator/shop/observed/ownership.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/log/log.hpp"

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
