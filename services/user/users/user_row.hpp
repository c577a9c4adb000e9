#pragma once
#include "services/user/users/user.hpp"

#include <pqxx/pqxx>

/// The columns that `read_user` reads, of the table or alias `users` of a query.
#define USER_COLUMNS                                                                   \
  "users.id, users.name, users.email, users.kind = 'account' as account, users.role, " \
  "to_char(users.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at"

namespace user {

inline User read_user(const pqxx::row& row) {
  User user;
  user.id = {row["id"].as<std::int64_t>()};
  user.name = row["name"].as<std::string>();
  user.email = row["email"].as<std::string>();
  user.account = row["account"].as<bool>();
  user.role =
      kit::identity::parse_role(row["role"].as<std::string>()).value_or(kit::identity::Role::Customer);
  user.created_at = row["created_at"].as<std::string>();
  return user;
}

}  // namespace user
