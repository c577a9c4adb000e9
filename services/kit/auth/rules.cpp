#include "services/kit/auth/rules.hpp"

namespace kit::auth {
namespace {

using enum http::Method;
using enum Who;

// The permission table. A customer's rule says who may knock; whose thing it is, the handler checks
// (require_may_act_for). The last column: open to anyone where the shop's access is Open.
constexpr Rule RULES[] = {
    {"user", Get, "/users/{id}", Customer, true},
    {"user", Post, "/users", Staff, true},
    {"user", Post, "/api/auth/register", Anyone},
    {"user", Post, "/api/auth/login", Anyone},
    {"user", Post, "/api/auth/refresh", Anyone},
    {"user", Post, "/api/auth/logout", Anyone},
    {"user", Get, "/.well-known/jwks.json", Anyone},
    {"user", Get, "/api/customers/me", Customer},
    {"user", Get, "/internal/users/{id}", Caller, false, "order,notification"},

    {"product", Get, "/products", Customer, true},
    {"product", Get, "/products/{id}", Customer, true},
    {"product", Get, "/api/products", Anyone},
    {"product", Get, "/api/products/{id}", Anyone},
    {"product", Get, "/internal/products", Caller, false, "order"},
    {"product", Post, "/internal/reservations", Caller, false, "order"},
    {"product", Post, "/internal/reservations/{order_id}/confirm", Caller, false, "order"},
    {"product", Post, "/internal/reservations/{order_id}/release", Caller, false, "order"},

    {"order", Get, "/health", Anyone},
    {"order", Get, "/orders/{id}", Customer, true},
    {"order", Post, "/orders", Customer, true},
    {"order", Get, "/api/orders/{id}", Customer},
    {"order", Post, "/api/orders", Customer},

    {"notification", Get, "/api/notifications", Staff},
};

}  // namespace

std::span<const Rule> rules() { return RULES; }

const Rule* find_rule(std::string_view service, http::Method method, std::string_view pattern) {
  if (method == Head) method = Get;
  for (const auto& rule : RULES)
    if (rule.service == service && rule.method == method && rule.pattern == pattern) return &rule;
  return nullptr;
}

}  // namespace kit::auth
