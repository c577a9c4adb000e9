#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <span>
#include <string>
#include <vector>

namespace shop {

/// A key of the services' configuration and the version of the shop since which they know it. Services refuse
/// unknown keys, so a Shop of an earlier version must not get it.
struct ConfigKey {
  const char* path;  ///< "http.port"
  std::vector<int> since;
};

/// Every key that the operator writes.
std::span<const ConfigKey> config_keys();

/// `config` without the keys that this version of the shop does not know. A version without numbers, such as
/// `edge`, is taken for the operator's own.
Json known_config(const Json& config, const std::string& version, std::span<const ConfigKey> keys);

/// Whether an operator supports a version of the shop: its own minor version and the one before.
struct VersionSupport {
  bool supported;
  std::string reason;  ///< stable, CamelCase
  std::string message;
};
VersionSupport version_support(const std::string& version, const std::string& operator_version);

}  // namespace shop
