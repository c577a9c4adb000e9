#include "operator/shop/desired/config_keys.hpp"

#include "services/kit/version.hpp"

#include <algorithm>
#include <array>

namespace shop {
namespace {

Json filtered(const Json& map, const std::string& prefix, const std::vector<int>& version,
              std::span<const ConfigKey> keys) {
  Json result = Json::object();
  for (const auto& [name, value] : map.items()) {
    const auto path = prefix + name;
    if (value.is_object()) {
      if (auto inner = filtered(value, path + ".", version, keys); !inner.empty())
        result[name] = std::move(inner);
      continue;
    }
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& each) { return each.path == path; });
    if (key == keys.end() || version >= key->since) result[name] = value;
  }
  return result;
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const std::array keys{
      ConfigKey{"access", {0, 1, 0}},
      ConfigKey{"accounts.verify_email", {0, 1, 0}},
      ConfigKey{"auth.jwks_file", {0, 1, 0}},
      ConfigKey{"auth.signing_file", {0, 1, 0}},
      ConfigKey{"currency", {0, 1, 0}},
      ConfigKey{"database.pool", {0, 1, 0}},
      ConfigKey{"email.from", {0, 1, 0}},
      ConfigKey{"email.host", {0, 1, 0}},
      ConfigKey{"email.port", {0, 1, 0}},
      ConfigKey{"email.tls", {0, 1, 0}},
      ConfigKey{"http.address", {0, 1, 0}},
      ConfigKey{"http.drain_delay", {0, 1, 0}},
      ConfigKey{"http.port", {0, 1, 0}},
      ConfigKey{"internal.issuer", {0, 1, 0}},
      ConfigKey{"internal.issuer_keys_file", {0, 1, 0}},
      ConfigKey{"internal.token_file", {0, 1, 0}},
      ConfigKey{"ops.address", {0, 1, 0}},
      ConfigKey{"ops.port", {0, 1, 0}},
      ConfigKey{"payments.provider", {0, 1, 0}},
      ConfigKey{"peers.product", {0, 1, 0}},
      ConfigKey{"peers.user", {0, 1, 0}},
      ConfigKey{"public_url", {0, 1, 0}},
  };
  return keys;
}

Json known_config(const Json& config, const std::string& version, std::span<const ConfigKey> keys) {
  const auto numbers = kit::release_numbers(version);
  return numbers.empty() ? config : filtered(config, "", numbers, keys);
}

VersionSupport version_support(const std::string& version, const std::string& operator_version) {
  const auto shop = kit::release_numbers(version);
  const auto own = kit::release_numbers(operator_version);
  if (shop.empty())
    return {true, "NoNumber",
            version + " is not a numbered version; it is taken for the operator's, " + operator_version};
  const auto range =
      "the operator " + operator_version + " supports its own minor version and the one before";
  if (std::pair(shop[0], shop[1]) > std::pair(own[0], own[1]))
    return {false, "NewerThanOperator", version + " is newer: " + range + "; upgrade the operator first"};
  if (shop[0] != own[0] || shop[1] < own[1] - 1)
    return {false, "TooOld",
            version + " is too old: " + range + "; upgrade the Shop by one minor version after another"};
  return {true, "Supported", version + " is supported by the operator " + operator_version};
}

}  // namespace shop
