#include "services/kit/access/gatekeeper.hpp"

#include "services/kit/config/config.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/text.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <stdexcept>

namespace kit::access {
namespace {

using Json = nlohmann::json;
using identity::Principal;
using identity::Role;

const Rule* find_rule(std::span<const Rule> rules, const std::string& service, const http::Route& route) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.service == service && rule.method == route.method && rule.pattern == route.pattern;
  });
  return found == rules.end() ? nullptr : &*found;
}

std::string name(const http::Route& route) {
  return std::string(http::to_string(route.method)) + " " + route.pattern;
}

/// The rule of each route; null for the operations' own routes, which are open.
using Table = std::map<std::pair<http::Method, std::string>, const Rule*>;

/// Throws std::logic_error for a route without a rule, so that the mistake is found at the start.
Table rules_of(std::span<const Rule> rules, const std::string& service, const http::Router& router,
               bool internal) {
  Table table;
  for (const auto& route : router.routes()) {
    const bool operations = internal && !route.pattern.starts_with("/internal/");
    const Rule* rule = operations ? nullptr : find_rule(rules, service, route);
    if (!operations && !rule) throw std::logic_error(service + " has no rule for " + name(route));
    if (rule && (rule->who == Who::Caller) != internal)
      throw std::logic_error(name(route) + " is on the wrong port");
    table[{route.method, route.pattern}] = rule;
  }
  return table;
}

const Rule* rule_of(const Table& table, const http::Route& route) {
  const auto it = table.find({route.method, route.pattern});
  if (it == table.end()) throw std::logic_error("no rule was looked up for the route " + route.pattern);
  return it->second;
}

/// Null for an empty path. Throws config::Error that names `key` when the file cannot be read.
std::shared_ptr<identity::KeyFile> open_keys(const std::string& key, const std::string& path) {
  if (path.empty()) return nullptr;
  auto file = std::make_shared<identity::KeyFile>(path);
  try {
    file->keys();
  } catch (const std::runtime_error& e) {
    throw config::Error(key + ": " + e.what());
  }
  return file;
}

/// The same message for every invalid token, so that it does not reveal what was wrong.
Problem unauthorized() { return problem::unauthorized("A valid access token is needed."); }

/// The token of "Authorization: Bearer …"; returns nullopt without the header. Throws Problem 401 for another
/// scheme or two headers.
std::optional<std::string> bearer(const http::Headers& headers) {
  std::optional<std::string_view> value;
  for (const auto& [name, field] : headers.all()) {
    if (!equal_ignoring_case(name, "authorization")) continue;
    if (value) throw unauthorized();
    value = field;
  }
  if (!value) return std::nullopt;
  const auto space = value->find(' ');
  if (space == std::string_view::npos || !equal_ignoring_case(value->substr(0, space), "bearer"))
    throw unauthorized();
  const auto start = value->find_first_not_of(' ', space);
  if (start == std::string_view::npos) throw unauthorized();
  return std::string(value->substr(start));
}

/// The claim, or "" when it is missing or not a string.
std::string text_claim(const nlohmann::json& claims, const char* name) {
  const auto it = claims.find(name);
  return it != claims.end() && it->is_string() ? it->get<std::string>() : std::string();
}

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

constexpr std::string_view ACCOUNT = "system:serviceaccount:";

/// "system:serviceaccount:<namespace>:<shop>-<service>"
struct Account {
  std::string shop;     ///< "<namespace>:<shop>"
  std::string service;  ///< "order"
};

std::optional<Account> account_of(std::string_view subject) {
  if (!subject.starts_with(ACCOUNT)) return std::nullopt;
  subject.remove_prefix(ACCOUNT.size());
  const auto colon = subject.find(':');
  const auto dash = subject.rfind('-');
  if (colon == std::string_view::npos || dash == std::string_view::npos || dash < colon) return std::nullopt;
  return Account{std::string(subject.substr(0, dash)), std::string(subject.substr(dash + 1))};
}

/// Our own identity, by our own token; it came from the cluster, so its signature is not verified.
std::string own_shop(const std::string& path) {
  std::ifstream in(path);
  std::string token;
  if (!in || !(in >> token)) throw config::Error("internal.token_file: " + path + " cannot be read");
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  if (first != std::string::npos && second != std::string::npos) {
    const auto payload = from_base64url(std::string_view(token).substr(first + 1, second - first - 1));
    const auto claims = nlohmann::json::parse(payload.value_or(""), nullptr, false);
    if (const auto account = claims.is_object() ? account_of(text_claim(claims, "sub")) : std::nullopt)
      return account->shop;
  }
  throw config::Error("internal.token_file: " + path + " holds no token of a ServiceAccount");
}

bool among(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (list.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
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

http::Gatekeeper internal_gate(const InternalGateOptions& options, const http::Router& router) {
  auto keys = open_keys("internal.issuer_keys_file", options.issuer_keys_file);
  std::string shop = keys && !options.token_file.empty() ? own_shop(options.token_file) : std::string();
  return [table = rules_of(options.rules, options.service, router, true), keys, shop, issuer = options.issuer,
          audience = options.audience](http::Request& request, const http::Route& route) {
    const Rule* rule = rule_of(table, route);
    if (!rule || !keys) return;  // without keys the listener is on loopback
    const auto token = bearer(request.headers);
    const auto claims =
        token ? identity::verify(*token, *keys->keys(), {issuer, audience, std::chrono::system_clock::now()})
              : std::nullopt;
    const auto account = claims ? account_of(text_claim(*claims, "sub")) : std::nullopt;
    if (!account) throw unauthorized();
    if ((!shop.empty() && account->shop != shop) || !among(rule->callers, account->service))
      throw problem::forbidden("This is not for the service that asks.");
    request.caller = account->service;
  };
}

}  // namespace kit::access
