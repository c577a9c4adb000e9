#include "services/kit/access/gatekeeper.hpp"

#include "services/kit/access/gate_parts.hpp"

#include <algorithm>
#include <charconv>

namespace kit::access {
namespace {

using Json = nlohmann::json;
using identity::Principal;
using identity::Role;

/// "exp", which a verified token has; limited to what a time_point can hold.
std::chrono::system_clock::time_point expiry_of(const Json& claims) {
  constexpr double latest = 32'503'680'000;  // the year 3000
  const std::chrono::duration<double> at(std::clamp(claims.at("exp").get<double>(), 0.0, latest));
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(at));
}

/// "iat", or 0.
double issued_at(const Json& claims) {
  const auto it = claims.find("iat");
  return it != claims.end() && it->is_number() ? it->get<double>() : 0;
}

std::optional<Principal> principal_of(const Json& claims) {
  const auto subject = text_claim(claims, "sub");
  const auto role = identity::parse_role(text_claim(claims, "role"));
  Principal out{
      {}, role.value_or(Role::Customer), text_claim(claims, "sid"), expiry_of(claims), issued_at(claims)};
  const auto* end = subject.data() + subject.size();
  const auto [stop, error] = std::from_chars(subject.data(), end, out.user.value);
  if (!role || error != std::errc() || stop != end || out.user.value <= 0) return std::nullopt;
  return out;
}

void check_role(const Rule& rule, const std::optional<Principal>& principal) {
  if (!principal) throw unauthorized();
  const bool enough = rule.who == Who::Customer || (rule.who == Who::Staff && principal->staff()) ||
                      (rule.who == Who::Admin && principal->role == Role::Admin);
  if (!enough) throw problem::forbidden("Your role does not allow this.");
}

}  // namespace

http::Gatekeeper public_gate(const GateOptions& options, const http::Router& router,
                             std::shared_ptr<const identity::Revocations> revocations) {
  const bool shop_open = options.access == "Open";
  return [table = rules_of(options.rules, options.service, router, false),
          keys = open_keys("auth.jwks_file", options.jwks_file), issuer = options.issuer,
          audience = options.audience, shop_open,
          revocations = std::move(revocations)](http::Request& request, const http::Route& route) {
    const Rule& rule = *rule_of(table, route);
    if (const auto token = bearer(request.headers)) {
      const auto claims =
          keys ? identity::verify(*token, *keys->keys(), {issuer, audience, std::chrono::system_clock::now()})
               : std::nullopt;
      if (claims) request.principal = principal_of(*claims);
      if (!request.principal) throw unauthorized();
      if (revocations && revocations->revoked(*request.principal)) {
        request.principal.reset();
        throw unauthorized();
      }
    }
    request.open = shop_open && rule.open;
    if (rule.who != Who::Anyone && !request.open) check_role(rule, request.principal);
  };
}

void require_may_act_for(const http::Request& request, UserId owner) {
  if (request.open) return;
  if (!request.principal) throw unauthorized();
  if (!request.principal->may_act_for(owner)) throw problem::forbidden("This belongs to somebody else.");
}

}  // namespace kit::access
