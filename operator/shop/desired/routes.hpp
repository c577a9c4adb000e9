#pragma once
#include "operator/shop/spec/spec.hpp"

namespace shop::desired {

/// A path of the gateway and the service that it leads to.
struct Route {
  const char* path;
  Service service;
  const char* type;  ///< "Prefix" or "Exact"
};

// See "The gateway's routes" in services/README.md.
inline constexpr Route routes[] = {
    {"/users", Service::User, "Prefix"},
    {"/api/auth", Service::User, "Prefix"},
    {"/api/customers", Service::User, "Prefix"},
    {"/.well-known/jwks.json", Service::User, "Exact"},
    {"/products", Service::Product, "Prefix"},
    {"/api/products", Service::Product, "Prefix"},
    {"/api/categories", Service::Product, "Prefix"},
    {"/api/openapi.json", Service::Order, "Exact"},
    {"/api/docs", Service::Order, "Prefix"},
    {"/orders", Service::Order, "Prefix"},
    {"/api/orders", Service::Order, "Prefix"},
    {"/api/cart", Service::Order, "Prefix"},
    {"/api/payments", Service::Order, "Prefix"},
    {"/health", Service::Order, "Exact"},
    {"/api/notifications", Service::Notification, "Prefix"},
};

}  // namespace shop::desired
