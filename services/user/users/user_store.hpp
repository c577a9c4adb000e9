#pragma once
#include "services/contracts/events/user.hpp"
#include "services/kit/db/database.hpp"
#include "services/user/users/user.hpp"

#include <optional>
#include <string>

/// The columns that `read_user` reads, of the table or alias `users` of a query.
#define USER_COLUMNS                                                                   \
  "users.id, users.name, users.email, users.kind = 'account' as account, users.role, " \
  "to_char(users.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at"

namespace user {

User read_user(const pqxx::row& row);
/// Returns nullopt when there is no row.
std::optional<User> first_user(const pqxx::result& rows);

/// Writes an event about `data.user`, in the transaction of the change.
void write_event(kit::db::Transaction& tx, const std::string& type, const contracts::UserEvent& data,
                 const std::string& traceparent);

void write_registered(kit::db::Transaction& tx, kit::UserId id, const std::string& name,
                      const std::string& email, std::string_view kind, const std::string& traceparent);

/// Users in the database. Thread-safe.
class UserStore {
 public:
  explicit UserStore(kit::db::Database& database) : database_(database) {}

  /// Adds a guest or, with `password_hash`, an account, and the event user.registered. Returns nullopt when
  /// another account has the e-mail address.
  std::optional<kit::UserId> add(const std::string& name, const std::string& email,
                                 const std::optional<std::string>& password_hash, const CallContext& context);
  static std::optional<kit::UserId> add(kit::db::Transaction& tx, const std::string& name,
                                        const std::string& email,
                                        const std::optional<std::string>& password_hash,
                                        const std::string& traceparent);

  std::optional<User> find(kit::UserId id, kit::Deadline deadline) const;
  /// Throws UserNotFound.
  User get(kit::UserId id, kit::Deadline deadline) const;

  /// Adds the sample shop's Alice and Bob unless there are users. Safe to run in several processes at once.
  void add_samples();

  /// Locks the user's row until the transaction ends; nullopt when there is no such user.
  static std::optional<User> lock(kit::db::Transaction& tx, kit::UserId id);

 private:
  kit::db::Database& database_;
};

}  // namespace user
