#include "services/user/users/user_store.hpp"

#include "services/kit/messaging/outbox.hpp"
#include "services/kit/trace/trace.hpp"
#include "services/user/errors/errors.hpp"

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

constexpr Statement LOCK{"lock_user", "select " USER_COLUMNS " from users where id = $1 for update"};

constexpr Statement LOCK_ALL{"lock_users", "lock table users in share row exclusive mode"};
constexpr Statement ANY{"any_user", "select exists (select from users) as any"};

}  // namespace

User read_user(const pqxx::row& row) {
  using kit::identity::Role;
  return {.id = {row["id"].as<std::int64_t>()},
          .name = row["name"].as<std::string>(),
          .email = row["email"].as<std::string>(),
          .account = row["account"].as<bool>(),
          .role = kit::identity::parse_role(row["role"].as<std::string>()).value_or(Role::Customer),
          .created_at = row["created_at"].as<std::string>()};
}

std::optional<User> first_user(const pqxx::result& rows) {
  return rows.empty() ? std::nullopt : std::optional(read_user(rows[0]));
}

void write_event(Transaction& tx, const std::string& type, const contracts::UserEvent& data,
                 const std::string& traceparent) {
  kit::messaging::write_outbox(
      tx, kit::messaging::Event::make("/shopkeeper/user", type, "user/" + std::to_string(user_of(data).value),
                                      to_json(data), traceparent));
}

void write_registered(Transaction& tx, kit::UserId id, const std::string& name, const std::string& email,
                      std::string_view kind, const std::string& traceparent) {
  write_event(tx, "user.registered", {.user = id, .name = name, .email = email, .kind = std::string(kind)},
              traceparent);
}

std::optional<kit::UserId> UserStore::add(Transaction& tx, const std::string& name, const std::string& email,
                                          const std::optional<std::string>& password_hash,
                                          const std::string& traceparent) {
  const auto user_kind = kind(password_hash.has_value());
  const auto rows = tx.exec(INSERT, user_kind, name, email, password_hash);
  if (rows.empty()) return std::nullopt;
  const kit::UserId id{rows[0]["id"].as<std::int64_t>()};
  write_registered(tx, id, name, email, user_kind, traceparent);
  return id;
}

std::optional<kit::UserId> UserStore::add(const std::string& name, const std::string& email,
                                          const std::optional<std::string>& password_hash,
                                          const CallContext& context) {
  return database_.transact<std::optional<kit::UserId>>("add_user", context.deadline, [&](Transaction& tx) {
    return add(tx, name, email, password_hash, context.traceparent);
  });
}

std::optional<User> UserStore::find(kit::UserId id, kit::Deadline deadline) const {
  return database_.read<std::optional<User>>(
      "find_user", deadline, [&](Transaction& tx) { return first_user(tx.exec(FIND, id.value)); });
}

User UserStore::get(kit::UserId id, kit::Deadline deadline) const {
  auto user = find(id, deadline);
  if (!user) throw UserNotFound();
  return std::move(*user);
}

std::optional<User> UserStore::lock(Transaction& tx, kit::UserId id) {
  return first_user(tx.exec(LOCK, id.value));
}

void UserStore::add_samples() {
  const auto trace = kit::Trace::start().traceparent();
  database_.transact("add_sample_users", kit::Deadline::in(std::chrono::seconds(30)), [&](Transaction& tx) {
    tx.exec(LOCK_ALL);  // a concurrent run waits, and then finds the users
    if (tx.exec(ANY)[0]["any"].as<bool>()) return;
    add(tx, "Alice", "alice@example.com", std::nullopt, trace);
    add(tx, "Bob", "bob@example.com", std::nullopt, trace);
  });
}

}  // namespace user
