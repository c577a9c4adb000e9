#include "services/kit/access/gate_parts.hpp"
#include "services/kit/config/config.hpp"
#include "services/kit/encoding/base64.hpp"

#include <fstream>
#include <sstream>

namespace kit::access {
namespace {

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
