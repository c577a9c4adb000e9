#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/user/privacy/erasure_store.hpp"
#include "services/user/profile/avatar_store.hpp"
#include "services/user/profile/profile_store.hpp"
#include "services/user/recommendations/product_client.hpp"
#include "services/user/recommendations/purchase_store.hpp"
#include "services/user/recommendations/taste_store.hpp"

/// The routes by which people look after what is theirs; all act on the token's user only, but for an admin's
/// who erases somebody. What they are given must outlive the router.
namespace user::api {

class Accounts;

/// /api/customers/me, to read and change
void add_profile(kit::http::Router& router, store::Profiles& profiles, bool verify_email);
/// /api/customers/me, and by admins /api/customers/{id}, to erase
void add_erasure(kit::http::Router& router, kit::db::Database& database, Accounts& accounts);
/// /api/customers/me/avatar
void add_avatar(kit::http::Router& router, store::Avatars& avatars);
/// /api/customers/me/favorites and /views
void add_favorites(kit::http::Router& router, store::Tastes& tastes, Catalog& catalog);
/// /api/customers/me/recommendations
void add_recommendations(kit::http::Router& router, store::Purchases& purchases, Catalog& catalog);

/// Puts in what is known of the product: name, price, currency, retired.
void describe(nlohmann::ordered_json& into, const Product& product);

/// The token's user.
inline kit::UserId me(const kit::http::Request& request) { return request.principal.value().user; }

/// A token outlives its account by 15 minutes at most.
inline kit::Problem account_gone() { return kit::problem::unauthorized("The account is gone."); }

}  // namespace user::api
