#include "services/user/privacy/erasure_store.hpp"

#include "services/user/errors/errors.hpp"
#include "services/user/users/revocation_store.hpp"
#include "services/user/users/user_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement LOCK{"lock_to_erase", R"(
  select email, kind = 'account' as account, role = 'admin' as admin,
         coalesce(password_hash = $2, $2 is null) as same_password
  from users where id = $1 for update)"};

// By address, because these rows belong to no row in users yet.
constexpr Statement DROP_REGISTRATIONS{"erase_registrations", R"(
  delete from registrations where user_id = $1 or lower(email) = lower($2))"};
constexpr Statement DROP_REQUESTS{"erase_mail_requests",
                                  "delete from mail_requests where lower(email) = lower($1)"};

// Other tables refer to it with "on delete cascade".
constexpr Statement ERASE{"erase_user", "delete from users where id = $1"};

}  // namespace

bool ErasureStore::erase(kit::UserId id, const std::optional<std::string>& password_hash,
                         const CallContext& context) {
  return database_.transact<bool>("erase_user", context.deadline, [&](Transaction& tx) {
    const auto admins = UserStore::lock_admins(tx);
    const auto rows = tx.exec(LOCK, id.value, password_hash);
    if (rows.empty() || !rows[0]["same_password"].as<bool>()) return false;
    const auto& row = rows[0];
    if (row["admin"].as<bool>() && admins == 1) throw LastAdmin();
    RevocationStore::revoke_user(tx, id);
    // Guests share addresses: a request for a guest's address may be another user's.
    if (row["account"].as<bool>()) {
      const auto email = row["email"].as<std::string>();
      tx.exec(DROP_REGISTRATIONS, id.value, email);
      tx.exec(DROP_REQUESTS, email);
    }
    tx.exec(ERASE, id.value);
    write_event(tx, "user.erased", id, nlohmann::json::object(), context.traceparent);
    return true;
  });
}

}  // namespace user
