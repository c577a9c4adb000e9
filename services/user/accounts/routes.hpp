#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/identity/jwt.hpp"
#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/accounts.hpp"
#include "services/user/accounts/user_store.hpp"

#include <memory>

/// The routes of the user service, one resource a file. What they are given must outlive the router.
namespace user::api {

/// /users
void add_users(kit::http::Router& router, store::Users& users, Accounts& accounts);
/// /api/auth
void add_auth(kit::http::Router& router, Accounts& accounts);
/// /.well-known/jwks.json: the public keys of access tokens; null for a service without.
void add_keys(kit::http::Router& router, std::shared_ptr<kit::identity::KeyFile> keys);
/// /api/customers as staff see it, and roles
void add_staff(kit::http::Router& router, store::Users& users, store::Accounts& accounts);
/// /internal/users, /internal/revocations
void add_internal(kit::http::Router& router, store::Users& users, kit::db::Database& database);

}  // namespace user::api
