#pragma once
#include "operator/shop/credentials/certificates.hpp"
#include "operator/shop/desired/inputs.hpp"
#include "operator/shop/observed/observed.hpp"

#include <set>
#include <string>

namespace shop {

/// A Shop's generated passwords and signing keys.
struct Credentials {
  Passwords passwords;  ///< without those that are missing
  Json signing_keys;    ///< JWK set; null when missing
  bool complete() const;
};

/// Reads them from the observed Secrets. Throws std::invalid_argument for a Secret that cannot be read.
Credentials read_credentials(const Names& names, const Observed& observed);
Passwords read_passwords(const kube::Object& secret);
/// Of the managed database servers; empty texts where they are missing.
Certificates read_certificates(const Names& names, const Observed& observed);

/// The kids of the public keys that the services can read.
std::set<std::string> published_keys(const Names& names, const Observed& observed);

/// The `data` of a Secret; an empty object when it has none.
const Json& data_of(const kube::Object& secret);

}  // namespace shop
