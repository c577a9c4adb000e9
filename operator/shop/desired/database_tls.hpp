#pragma once
#include "operator/shop/desired/desired.hpp"

#include <optional>

/// TLS between the managed PostgreSQL servers and all that connects to them. The servers share a certificate
/// of the Shop's own authority, accept no connection without TLS over the network and serve a renewed
/// certificate without a restart. Clients accept no other server. See credentials/certificates.hpp.
namespace shop {

/// The key of the authority's certificate in the ConfigMap of public keys.
inline constexpr const char* database_ca_key = "database-ca.crt";

/// The host names of the managed servers, short and with the namespace.
std::vector<std::string> certificate_names(const ShopContext& context);

/// Whether a StatefulSet of PostgreSQL has TLS; one that an earlier operator made has none.
bool has_tls(const kube::Object& stateful_set);

namespace desired {

/// Adds the certificate and the settings to the pod and the container of a server.
void add_server_tls(const ShopContext& in, Json& pod, Json& container);
/// Shell script for the init container: who may connect, and how.
const char* write_access_rules();
/// Shell script for a probe: lets the server read its certificate again when that has changed. It fails
/// nothing.
const char* reload_certificate();

/// Lets libpq in the pod's first container verify the server; its own `env` takes precedence. Adds nothing
/// while the server has no TLS yet.
void add_client_tls(const Inputs& in, const DatabaseServer& server, Json& pod);
/// Lets libpq in a service's pod verify an external server by the key ca.crt of the Secret with its URL,
/// where there is one.
void add_external_ca(const Inputs& in, Service service, Json& pod);
/// The server of a service's database; nullopt when that is external.
std::optional<DatabaseServer> server_of(const ShopContext& in, Service service);

}  // namespace desired
}  // namespace shop
