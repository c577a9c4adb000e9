#pragma once
#include "services/kit/http/router.hpp"
#include "services/user/store/avatars.hpp"

/// The routes by which people look after what is theirs; all act on the token's user only. What they are
/// given must outlive the router.
namespace user::api {

/// /api/customers/me/avatar
void add_avatar(kit::http::Router& router, store::Avatars& avatars);

/// The token's user.
inline kit::UserId me(const kit::http::Request& request) { return request.principal.value().user; }

/// A token outlives its account by 15 minutes at most.
inline kit::Problem account_gone() { return kit::problem::unauthorized("The account is gone."); }

}  // namespace user::api
