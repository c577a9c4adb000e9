#pragma once
#include "operator/shop/credentials/generate.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace shop {

/// What a Shop that does not say has.
struct Settings {
  std::string registry;
  std::string tag;
};

/// The keys that the cluster signs ServiceAccount tokens with.
struct ClusterIssuer {
  std::string issuer;  ///< "iss" of its tokens
  Json keys;           ///< JWK set
};

/// All that the builders of a Shop's objects are given. They are pure: the same inputs, the same objects.
struct Inputs {
  Names names;
  std::string space;  ///< namespace
  Json owner;         ///< entry of metadata.ownerReferences
  Spec spec;
  Settings settings;
  Passwords passwords;
  Json signing_keys;  ///< JWK set with private keys
  ClusterIssuer issuer;
  /// Digests of the contents of the Secrets that the spec names and that are there, by name: a change rolls
  /// who uses it.
  std::map<std::string, std::string> secret_digests;
  bool pod_monitors = false;  ///< the cluster knows them

  /// The version that the Shop is to have: the tag of its images.
  const std::string& version() const;
  /// `<registry>/<name>:<tag>`
  std::string image(const std::string& name) const;
};

/// A PostgreSQL server of the Shop's and whose databases it holds.
struct DatabaseServer {
  std::string name;       ///< of its StatefulSet and Service
  std::string component;  ///< label
  std::vector<Service> services;
};
/// None when the database is external.
std::vector<DatabaseServer> database_servers(const Inputs& in);

/// A Secret that the Shop names, and the keys that it must have.
struct SecretReference {
  std::string field;  ///< "spec.email.secret"
  std::string name;
  std::vector<std::string> keys;
  /// Whose pods cannot run without it.
  std::vector<Service> needed_by;
};
std::vector<SecretReference> secret_references(const Spec& spec);

}  // namespace shop
