#include "operator/shop/inputs/credentials.hpp"

#include "operator/shop/credentials/password_rotation.hpp"

#include <algorithm>

namespace shop {
namespace {

/// The text under a key; "" when it is missing.
std::string value(const Json& secret, const std::string& key) {
  const auto& data = data_of(secret);
  auto it = data.find(key);
  return it != data.end() && it->is_string() ? kube::base64_decode(it->get_ref<const std::string&>()) : "";
}

}  // namespace

const Json& data_of(const kube::Object& secret) {
  static const Json none = Json::object();
  auto it = secret.find("data");
  return it != secret.end() && it->is_object() ? *it : none;
}

bool Credentials::complete() const {
  const auto& names = password_names();
  return !signing_keys.is_null() &&
         std::all_of(names.begin(), names.end(), [&](const auto& name) { return passwords.contains(name); });
}

Passwords read_passwords(const kube::Object& secret) {
  Passwords result;
  auto names = password_names();
  names.insert(names.end(), rotation_names().begin(), rotation_names().end());
  for (const auto& name : names)
    if (auto text = value(secret, name); !text.empty()) result[name] = text;
  return result;
}

Certificates read_certificates(const Names& names, const Observed& observed) {
  const auto* secret = observed.find(kube::types::secret, names.certificates());
  if (!secret) return {};
  return {value(*secret, "ca.crt"), value(*secret, "ca.key"), value(*secret, "tls.crt"),
          value(*secret, "tls.key")};
}

Credentials read_credentials(const Names& names, const Observed& observed) {
  Credentials result;
  if (const auto* secret = observed.find(kube::types::secret, names.passwords()))
    result.passwords = read_passwords(*secret);
  if (const auto* secret = observed.find(kube::types::secret, names.signing())) {
    if (const auto text = value(*secret, "signing.json"); !text.empty()) {
      result.signing_keys = Json::parse(text, nullptr, false);
      try {
        kit::public_keys(result.signing_keys);
      } catch (const std::exception& error) {
        throw std::invalid_argument("signing.json of Secret " + names.signing() + " is not readable (" +
                                    error.what() +
                                    "); restore it, or delete the Secret to have new keys made");
      }
    }
  }
  return result;
}

std::set<std::string> published_keys(const Names& names, const Observed& observed) {
  std::set<std::string> result;
  const auto* map = observed.find(kube::types::config_map, names.keys());
  if (!map) return result;
  const auto set = Json::parse(kube::text_at(*map, "/data/jwks.json"), nullptr, false);
  const auto keys = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || keys == set.end() || !keys->is_array()) return result;
  for (const auto& key : *keys)
    if (auto kid = kube::text_at(key, "/kid"); !kid.empty()) result.insert(std::move(kid));
  return result;
}

}  // namespace shop
