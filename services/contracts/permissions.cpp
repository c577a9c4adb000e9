#include "services/contracts/permissions.hpp"

namespace contracts {
namespace {

using enum kit::http::Method;
using enum kit::access::Who;
using kit::access::Rule;

// A rule for customers lets in every customer; that the resource is theirs, the handler checks with
// kit::access::require_may_act_for. The last column: no token needed where the shop's access is Open.
constexpr Rule PERMISSIONS[] = {
    {"user", Get, "/users/{id}", Customer, true},
    {"user", Post, "/users", Staff, true},
    {"user", Post, "/api/auth/register", Anyone},
    {"user", Post, "/api/auth/verify-email", Anyone},
    {"user", Post, "/api/auth/verify-email/resend", Anyone},
    {"user", Post, "/api/auth/login", Anyone},
    {"user", Post, "/api/auth/refresh", Anyone},
    {"user", Post, "/api/auth/logout", Anyone},
    {"user", Put, "/api/auth/password", Customer},
    {"user", Post, "/api/auth/password-reset", Anyone},
    {"user", Post, "/api/auth/password-reset/confirm", Anyone},
    {"user", Get, "/.well-known/jwks.json", Anyone},
    {"user", Get, "/api/customers/me", Customer},
    {"user", Patch, "/api/customers/me", Customer},
    {"user", Delete, "/api/customers/me", Customer},
    {"user", Get, "/api/customers/me/avatar", Customer},
    {"user", Put, "/api/customers/me/avatar", Customer},
    {"user", Delete, "/api/customers/me/avatar", Customer},
    {"user", Get, "/api/customers/me/favorites", Customer},
    {"user", Put, "/api/customers/me/favorites/{product_id}", Customer},
    {"user", Delete, "/api/customers/me/favorites/{product_id}", Customer},
    {"user", Put, "/api/customers/me/views/{product_id}", Customer},
    {"user", Get, "/api/customers/me/recommendations", Customer},
    {"user", Get, "/api/customers", Staff},
    {"user", Get, "/api/customers/{id}", Staff},
    {"user", Put, "/api/customers/{id}/role", Admin},
    {"user", Delete, "/api/customers/{id}", Admin},
    {"user", Get, "/openapi.yaml", Anyone},
    {"user", Get, "/internal/users/{id}", Caller, false, "order,notification"},
    {"user", Get, "/internal/revocations", Caller, false, "product,order,notification"},

    {"product", Get, "/products", Customer, true},
    {"product", Get, "/products/{id}", Customer, true},
    {"product", Get, "/api/products", Anyone},
    {"product", Get, "/api/products/{id}", Anyone},
    {"product", Post, "/api/products", Staff},
    {"product", Patch, "/api/products/{id}", Staff},
    {"product", Delete, "/api/products/{id}", Staff},
    {"product", Post, "/api/products/import", Staff},
    {"product", Get, "/api/products/{id}/stock", Staff},
    {"product", Patch, "/api/products/{id}/stock", Staff},
    {"product", Get, "/api/products/{id}/stock/moves", Staff},
    {"product", Post, "/api/products/{id}/stock/moves", Staff},
    {"product", Get, "/api/products/{id}/reviews", Anyone},
    {"product", Post, "/api/products/{id}/reviews", Customer},
    {"product", Get, "/api/products/{id}/reviews/{review_id}", Anyone},
    {"product", Patch, "/api/products/{id}/reviews/{review_id}", Customer},
    {"product", Delete, "/api/products/{id}/reviews/{review_id}", Customer},
    {"product", Put, "/api/products/{id}/reviews/{review_id}/status", Staff},
    {"product", Get, "/api/categories", Anyone},
    {"product", Post, "/api/categories", Staff},
    {"product", Patch, "/api/categories/{id}", Staff},
    {"product", Delete, "/api/categories/{id}", Staff},
    {"product", Get, "/openapi.yaml", Anyone},
    {"product", Get, "/internal/products", Caller, false, "order,user"},
    {"product", Post, "/internal/reservations", Caller, false, "order"},
    {"product", Post, "/internal/reservations/{order_id}/confirm", Caller, false, "order"},
    {"product", Post, "/internal/sales", Caller, false, "order"},
    {"product", Post, "/internal/reservations/{order_id}/release", Caller, false, "order"},

    {"order", Get, "/health", Anyone},
    {"order", Get, "/orders/{id}", Customer, true},
    {"order", Post, "/orders", Customer, true},
    {"order", Get, "/api/orders", Customer},
    {"order", Get, "/api/orders/{id}", Customer},
    {"order", Post, "/api/orders", Customer},
    {"order", Get, "/api/orders/{id}/events", Customer},
    {"order", Post, "/api/orders/{id}/cancel", Customer},
    {"order", Post, "/api/orders/{id}/reorder", Customer},
    {"order", Post, "/api/orders/{id}/ship", Staff},
    {"order", Post, "/api/orders/{id}/deliver", Staff},
    {"order", Get, "/api/orders/{id}/refunds", Customer},
    {"order", Post, "/api/orders/{id}/refunds", Staff},
    {"order", Get, "/api/cart", Customer},
    {"order", Delete, "/api/cart", Customer},
    {"order", Put, "/api/cart/lines/{product_id}", Customer},
    {"order", Delete, "/api/cart/lines/{product_id}", Customer},
    {"order", Post, "/api/cart/checkout", Customer},
    {"order", Post, "/api/payments/webhook", Anyone},
    {"order", Get, "/openapi.yaml", Anyone},
    {"order", Get, "/api/openapi.json", Anyone},
    {"order", Get, "/api/docs", Anyone},
    {"order", Get, "/api/docs/{file}", Anyone},

    {"notification", Get, "/api/notifications", Staff},
    {"notification", Get, "/api/notifications/{id}", Staff},
    {"notification", Post, "/api/notifications/{id}/resend", Staff},
    {"notification", Get, "/openapi.yaml", Anyone},
};

}  // namespace

std::span<const kit::access::Rule> permissions() { return PERMISSIONS; }

}  // namespace contracts
