#include "operator/shop/inputs/secrets.hpp"

#include "operator/shop/credentials/digest.hpp"
#include "operator/shop/credentials/key_rotation.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/log/log.hpp"

namespace shop {
namespace {

const Json& data_of(const Json& secret) {
  static const Json none = Json::object();
  auto it = secret.find("data");
  return it != secret.end() && it->is_object() ? *it : none;
}

/// The text under a key; "" when it is missing.
std::string value(const Json& secret, const std::string& key) {
  const auto& data = data_of(secret);
  auto it = data.find(key);
  return it != data.end() && it->is_string() ? kube::base64_decode(it->get_ref<const std::string&>()) : "";
}

Passwords read_passwords(const Json& secret) {
  Passwords result;
  for (const auto& name : password_names())
    if (auto text = value(secret, name); !text.empty()) result[name] = text;
  return result;
}

/// The Secret of that name: as it is, else as `make` makes it, else as another run has just made it.
Json get_or_create(kube::Api& api, const Inputs& in, const std::string& name,
                   const std::function<desired::Wanted()>& make) {
  const kube::Key key{in.space, name};
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

/// Adds the passwords that an older operator did not know, and only while nobody else has changed the Secret.
Json complete(kube::Api& api, const Inputs& in, const Json& secret) {
  Json added = Json::object();
  auto known = read_passwords(secret);
  for (const auto& name : password_names())
    if (!known.contains(name)) added[name] = kit::base64(generate_password());
  if (added.empty()) return secret;
  Json patch = {{"metadata", {{"resourceVersion", kube::resource_version(secret)}}}, {"data", added}};
  return api.merge_patch(kube::types::secret, {in.space, kube::name(secret)}, patch, {manager, false, {}});
}

void remember(Observed& observed, Json object) {
  observed.add(std::make_shared<const Json>(std::move(object)));
}

}  // namespace

void check_ours(const kube::Object& object, const std::string& owner_uid) {
  auto controller = kube::controller_of(object);
  if (controller && controller->uid == owner_uid) return;
  throw NameTaken(kube::text_at(object, "/kind") + " " + kube::name(object) +
                  " exists and is not this Shop's; it is left as it is");
}

bool read_generated(Inputs& in, const Observed& observed) {
  const auto* passwords = observed.find(kube::types::secret, in.names.passwords());
  const auto* signing = observed.find(kube::types::secret, in.names.signing());
  if (!passwords || !signing) return false;
  in.passwords = read_passwords(*passwords);
  auto text = value(*signing, "signing.json");
  if (text.empty() || in.passwords.size() < password_names().size()) return false;
  in.signing_keys = Json::parse(text, nullptr, false);
  kit::public_keys(in.signing_keys);  // throws for what is no key set
  return true;
}

void ensure_generated(Inputs& in, Observed& observed, kube::Api& api, std::int64_t now) {
  if (read_generated(in, observed)) return;
  const auto owner = kube::text_at(in.owner, "/uid");
  auto passwords = get_or_create(api, in, in.names.passwords(), [&] {
    Passwords values;
    for (const auto& name : password_names()) values[name] = generate_password();
    return desired::passwords(in, values);
  });
  check_ours(passwords, owner);
  remember(observed, complete(api, in, passwords));
  auto signing = get_or_create(api, in, in.names.signing(),
                               [&] { return desired::signing_keys(in, first_signing_keys(now)); });
  check_ours(signing, owner);
  remember(observed, std::move(signing));
  if (!read_generated(in, observed))
    throw std::invalid_argument("Secret " + in.names.signing() +
                                " has no signing.json; delete it to have new keys made");
}

void rotate_signing_keys(Inputs& in, Observed& observed, kube::Api& api, const std::string& asked,
                         std::int64_t now) {
  const auto keys = rotated(in.signing_keys, now, asked);
  if (keys == in.signing_keys) return;
  const auto* secret = observed.find(kube::types::secret, in.names.signing());
  // Only while nobody else has changed it meanwhile.
  const Json patch = {{"metadata", {{"resourceVersion", kube::resource_version(*secret)}}},
                      {"data", {{"signing.json", kit::base64(keys.dump())}}}};
  remember(observed,
           api.merge_patch(kube::types::secret, {in.space, in.names.signing()}, patch, {manager, false, {}}));
  kit::log::info("signing keys changed", {{"namespace", in.space},
                                          {"shop", in.names.shop},
                                          {"signs", keys["keys"][0]["kid"]},
                                          {"published", keys["keys"].size()}});
  in.signing_keys = keys;
}

std::vector<MissingSecret> check_secrets(Inputs& in, kube::Api& api) {
  std::vector<MissingSecret> missing;
  for (const auto& reference : secret_references(in.spec)) {
    auto secret = api.get(kube::types::secret, {in.space, reference.name});
    if (!secret) {
      missing.push_back({reference, {}});
      continue;
    }
    // The digests end in annotations, which more people may read: with a salt that they do not know, what is
    // in the Secret cannot be guessed at.
    const auto salt = digest(Json(in.passwords).dump());
    in.secret_digests[reference.name] = digest(salt + data_of(*secret).dump(), 16);
    for (const auto& key : reference.keys)
      if (!data_of(*secret).contains(key)) {
        missing.push_back({reference, key});
        break;
      }
  }
  return missing;
}

}  // namespace shop
