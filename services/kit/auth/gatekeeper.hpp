#pragma once
#include <memory>
#include <string>

#include "services/kit/auth/jwt.hpp"
#include "services/kit/auth/rules.hpp"
#include "services/kit/http/server.hpp"

namespace kit::auth {

struct GateOptions {
  std::string service;               ///< whose rules
  std::string access = "Authenticated";  ///< or "Open"
  std::string jwks_file;             ///< public keys of access tokens; empty: no token is ever valid
  std::string issuer = "shopkeeper";
  std::string audience = "shopkeeper";
};

/// The gate of the public API: every route of `router` must have a rule (else std::logic_error naming the route). A token that is there
/// but not valid is 401 always, also on open routes; the message is the same whatever is wrong with it.
http::Gatekeeper public_gate(const GateOptions& options, const http::Router& router);

struct InternalGateOptions {
  std::string service;
  std::string issuer_keys_file;  ///< the cluster's JWKS; empty: no proof asked (only allowed on a loopback listener)
  std::string issuer;            ///< empty: any
  std::string audience = "shopkeeper";
};

/// The gate of the operations port: /livez, /readyz, /metrics are open; /internal/** wants a ServiceAccount token whose "sub"
/// is system:serviceaccount:<namespace>:<shop>-<service> with <service> among the rule's callers.
http::Gatekeeper internal_gate(const InternalGateOptions& options, const http::Router& router);

}  // namespace kit::auth
