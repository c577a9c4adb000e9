#include "services/user/privacy/erasure_store.hpp"

#include "services/user/accounts/revocation_store.hpp"
#include "services/user/accounts/user_events.hpp"

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

// All of them, in the order that who gives and takes roles has: two admins who erase each other come one
// after the other, and the second is the last.
constexpr Statement LOCK_ADMINS{"lock_admins_to_erase",
                                "select id from users where role = 'admin' order by id for update"};

constexpr Statement LOCK{"lock_to_erase", R"(
  select email, kind = 'account' as account, role = 'admin' as admin,
         coalesce(password_hash = $2, $2 is null) as same_password
  from users where id = $1 for update)"};

// By address, because they are of no row in users yet.
constexpr Statement DROP_REGISTRATIONS{"erase_registrations", R"(
  delete from registrations where user_id = $1 or lower(email) = lower($2))"};
constexpr Statement DROP_REQUESTS{"erase_mail_requests",
                                  "delete from mail_requests where lower(email) = lower($1)"};

// All else refers to it and goes with it.
constexpr Statement ERASE{"erase_user", "delete from users where id = $1"};

Erased erase_in(Transaction& tx, kit::UserId id, const std::optional<std::string>& password_hash,
                const std::string& traceparent) {
  const auto admins = tx.exec(LOCK_ADMINS);
  const auto rows = tx.exec(LOCK, id.value, password_hash);
  if (rows.empty()) return Erased::Unknown;
  const auto& row = rows[0];
  if (!row["same_password"].as<bool>()) return Erased::PasswordChanged;
  if (row["admin"].as<bool>() && admins.size() == 1) return Erased::LastAdmin;
  revoke_tokens_of(tx, id);
  // Guests share addresses: what was asked for by a guest's may be somebody else's.
  if (row["account"].as<bool>()) {
    const auto email = row["email"].as<std::string>();
    tx.exec(DROP_REGISTRATIONS, id.value, email);
    tx.exec(DROP_REQUESTS, email);
  }
  tx.exec(ERASE, id.value);
  tell(tx, "user.erased", id, nlohmann::json::object(), traceparent);
  return Erased::Yes;
}

}  // namespace

Erased erase(kit::db::Database& database, kit::UserId id, const std::optional<std::string>& password_hash,
             const kit::http::Request& request) {
  return database.transact<Erased>("erase_user", request.deadline, [&](Transaction& tx) {
    return erase_in(tx, id, password_hash, request.trace.traceparent());
  });
}

}  // namespace user::store
