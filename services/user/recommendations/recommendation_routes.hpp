#pragma once
#include "services/user/recommendations/favorite_store.hpp"
#include "services/user/recommendations/product_catalog.hpp"
#include "services/user/recommendations/purchase_store.hpp"
#include "services/user/routing/routing.hpp"

namespace user {

/// /api/customers/me/favorites and /views
class FavoriteRoutes final {
 public:
  FavoriteRoutes(FavoriteStore& favorites, const ProductCatalog& catalog)
      : favorites_(favorites), catalog_(catalog) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;
  Response add(const Request& request) const;
  Response remove(const Request& request) const;
  Response add_view(const Request& request) const;
  contracts::ProductId product_on_sale(const Request& request) const;

  FavoriteStore& favorites_;
  const ProductCatalog& catalog_;
};

/// /api/customers/me/recommendations
class RecommendationRoutes final {
 public:
  RecommendationRoutes(const PurchaseStore& purchases, const ProductCatalog& catalog)
      : purchases_(purchases), catalog_(catalog) {}
  void add_to(Router& router) const;

 private:
  Response list(const Request& request) const;

  const PurchaseStore& purchases_;
  const ProductCatalog& catalog_;
};

}  // namespace user
