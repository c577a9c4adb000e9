#include "services/user/users/user_store.hpp"

#include "services/kit/trace/trace.hpp"
#include "services/user/errors/errors.hpp"
#include "services/user/users/user_events.hpp"
#include "services/user/users/user_row.hpp"

#include <chrono>

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement INSERT{"insert_user", R"(
  insert into users (kind, name, email, password_hash) values ($1, $2, $3, $4)
  on conflict (lower(email)) where kind = 'account' do nothing
  returning id)"};

constexpr Statement FIND{"find_user", "select " USER_COLUMNS " from users where id = $1"};

constexpr Statement LOCK_ADMINS{"lock_admins",
                                "select id from users where role = 'admin' order by id for update"};

constexpr Statement LOCK{"lock_users", "lock table users in share row exclusive mode"};
constexpr Statement ANY{"any_user", "select exists (select from users) as any"};

std::optional<kit::UserId> insert(Transaction& tx, const std::string& name, const std::string& email,
                                  const std::optional<std::string>& hash, const std::string& traceparent) {
  const auto user_kind = kind(hash.has_value());
  const auto rows = tx.exec(INSERT, user_kind, name, email, hash);
  if (rows.empty()) return std::nullopt;
  const kit::UserId id{rows[0]["id"].as<std::int64_t>()};
  write_event(tx, "user.registered", id, {{"name", name}, {"email", email}, {"kind", user_kind}},
              traceparent);
  return id;
}

}  // namespace

std::optional<kit::UserId> UserStore::add(const std::string& name, const std::string& email,
                                          const std::optional<std::string>& password_hash,
                                          const std::string& traceparent, kit::Deadline deadline) {
  return database_.transact<std::optional<kit::UserId>>("add_user", deadline, [&](Transaction& tx) {
    return insert(tx, name, email, password_hash, traceparent);
  });
}

std::optional<User> UserStore::find(kit::UserId id, kit::Deadline deadline) const {
  return database_.read<std::optional<User>>("find_user", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(FIND, id.value);
    return rows.empty() ? std::optional<User>() : read_user(rows[0]);
  });
}

User UserStore::get(kit::UserId id, kit::Deadline deadline) const {
  auto user = find(id, deadline);
  if (!user) throw UserNotFound();
  return std::move(*user);
}

std::size_t UserStore::lock_admins(Transaction& tx) { return tx.exec(LOCK_ADMINS).size(); }

void UserStore::add_samples() {
  const auto trace = kit::Trace::start().traceparent();
  database_.transact("add_sample_users", kit::Deadline::in(std::chrono::seconds(30)), [&](Transaction& tx) {
    tx.exec(LOCK);  // a concurrent run waits, and then finds the users
    if (tx.exec(ANY)[0]["any"].as<bool>()) return;
    insert(tx, "Alice", "alice@example.com", std::nullopt, trace);
    insert(tx, "Bob", "bob@example.com", std::nullopt, trace);
  });
}

}  // namespace user
