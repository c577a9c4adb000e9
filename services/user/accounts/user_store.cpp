#include "services/user/accounts/user_store.hpp"

#include "services/user/accounts/throttle.hpp"
#include "services/user/accounts/user_events.hpp"
#include "services/user/accounts/user_row.hpp"

#include <chrono>

namespace user::store {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement INSERT{"insert_user", R"(
  insert into users (kind, name, email, password_hash) values ($1, $2, $3, $4)
  on conflict (lower(email)) where kind = 'account' do nothing
  returning id)"};

constexpr Statement FIND{"find_user", "select " USER_COLUMNS " from users where id = $1"};

constexpr Statement FIND_ACCOUNT{"find_account", "select " USER_COLUMNS R"(, password_hash
  from users where lower(email) = $1 and kind = 'account')"};

constexpr Statement LOCK{"lock_users", "lock table users in share row exclusive mode"};
constexpr Statement ANY{"any_user", "select exists (select from users) as any"};

std::optional<kit::UserId> insert(Transaction& tx, const NewUser& who, const std::optional<std::string>& hash,
                                  const std::string& traceparent) {
  const bool account = hash.has_value();
  const auto rows = tx.exec(INSERT, kind(account), who.name, who.email, hash);
  if (rows.empty()) return std::nullopt;
  const kit::UserId id{rows[0]["id"].as<std::int64_t>()};
  tell(tx, "user.registered", id, {{"name", who.name}, {"email", who.email}, {"kind", kind(account)}},
       traceparent);
  return id;
}

}  // namespace

std::optional<kit::UserId> Users::add(const NewUser& who, const std::optional<std::string>& password_hash,
                                      const kit::http::Request& request) {
  return database_.transact<std::optional<kit::UserId>>("add_user", request.deadline, [&](Transaction& tx) {
    return insert(tx, who, password_hash, request.trace.traceparent());
  });
}

std::optional<User> Users::find(kit::UserId id, kit::Deadline deadline) {
  return database_.read<std::optional<User>>("find_user", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(FIND, id.value);
    return rows.empty() ? std::optional<User>() : read_user(rows[0]);
  });
}

std::optional<Users::Account> Users::find_account(const std::string& email, kit::Deadline deadline) {
  return database_.read<std::optional<Account>>("find_account", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(FIND_ACCOUNT, throttle::account_of(email));
    if (rows.empty()) return std::optional<Account>();
    return std::optional<Account>({read_user(rows[0]), rows[0]["password_hash"].as<std::string>()});
  });
}

void Users::add_samples() {
  const auto trace = kit::Trace::start().traceparent();
  database_.transact("add_sample_users", kit::Deadline::in(std::chrono::seconds(30)), [&](Transaction& tx) {
    tx.exec(LOCK);  // another run of this waits, and then finds them there
    if (tx.exec(ANY)[0]["any"].as<bool>()) return;
    insert(tx, {"Alice", "alice@example.com", {}}, std::nullopt, trace);
    insert(tx, {"Bob", "bob@example.com", {}}, std::nullopt, trace);
  });
}

}  // namespace user::store
