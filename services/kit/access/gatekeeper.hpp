#pragma once
#include "services/kit/access/rules.hpp"
#include "services/kit/http/server/server.hpp"
#include "services/kit/identity/jwt.hpp"
#include "services/kit/identity/revocations.hpp"

#include <memory>
#include <span>
#include <string>

namespace kit::access {

struct GateOptions {
  std::string service;                   ///< whose rules
  std::span<const Rule> rules;           ///< the permission table; must outlive the gate
  std::string access = "Authenticated";  ///< or "Open"
  std::string jwks_file;                 ///< public keys of access tokens; empty: no token is ever valid
  std::string issuer = "shopkeeper";
  std::string audience = "shopkeeper";
};

/// The gate of the public API: every route of `router` must have a rule (else std::logic_error naming the
/// route). An invalid or revoked token is 401, also on open routes, with the same message for every reason.
/// Without `revocations`, tokens are valid until they expire. Throws config::Error when the key file cannot
/// be read.
http::Gatekeeper public_gate(const GateOptions& options, const http::Router& router,
                             std::shared_ptr<const identity::Revocations> revocations = nullptr);

struct InternalGateOptions {
  std::string service;
  std::span<const Rule> rules;
  std::string
      issuer_keys_file;  ///< the cluster's JWKS; empty: no token required (only for a loopback listener)
  std::string issuer;    ///< empty: any
  std::string audience = "shopkeeper";
  /// Our own projected token. Its subject gives our namespace and shop, and only callers of the same are
  /// allowed. Empty: services of any shop of the cluster are.
  std::string token_file = {};
};

/// The gate of the operations port: /livez, /readyz, /metrics are open; /internal/** requires a
/// ServiceAccount token whose "sub" is system:serviceaccount:<namespace>:<shop>-<service> with <service>
/// among the rule's callers. Throws std::logic_error and config::Error as public_gate does.
http::Gatekeeper internal_gate(const InternalGateOptions& options, const http::Router& router);

/// For handlers of a user's resources: Problem 403 unless the caller is that user or staff, or the route is
/// open (Request::open). To be called before the lookup, so that a 403 does not reveal what exists.
void require_may_act_for(const http::Request& request, UserId owner);

}  // namespace kit::access
