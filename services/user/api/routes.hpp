#pragma once
#include "services/kit/auth/jwt.hpp"
#include "services/kit/http/router.hpp"
#include "services/user/api/accounts.hpp"
#include "services/user/store/accounts.hpp"
#include "services/user/store/users.hpp"

#include <memory>

/// The routes of the user service, one resource a file. What they are given must outlive the router.
namespace user::api {

/// /users
void add_users(kit::http::Router& router, store::Users& users, Accounts& accounts);
/// /api/auth
void add_auth(kit::http::Router& router, Accounts& accounts);
/// /.well-known/jwks.json: the public keys of access tokens; null for a service without.
void add_keys(kit::http::Router& router, std::shared_ptr<kit::auth::KeyFile> keys);
/// /api/customers as staff see it, and roles
void add_staff(kit::http::Router& router, store::Users& users, store::Accounts& accounts);
/// /internal/users, /internal/revocations
void add_internal(kit::http::Router& router, store::Users& users, kit::db::Database& database);

}  // namespace user::api
