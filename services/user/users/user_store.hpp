#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/users/user.hpp"

#include <optional>
#include <string>

namespace user {

/// Users in the database. Thread-safe.
class UserStore {
 public:
  explicit UserStore(kit::db::Database& database) : database_(database) {}

  /// Adds a guest or, with `password_hash`, an account, and the event user.registered. Returns nullopt when
  /// another account has the e-mail address.
  std::optional<kit::UserId> add(const std::string& name, const std::string& email,
                                 const std::optional<std::string>& password_hash,
                                 const std::string& traceparent, kit::Deadline deadline);

  std::optional<User> find(kit::UserId id, kit::Deadline deadline) const;
  /// Throws UserNotFound.
  User get(kit::UserId id, kit::Deadline deadline) const;

  /// Adds the sample shop's Alice and Bob unless there are users. Safe to run in several processes at once.
  void add_samples();

  /// Locks all admins' rows in the order of ids, so that changes that could remove the last admin run one
  /// after the other. Returns how many there are.
  static std::size_t lock_admins(kit::db::Transaction& tx);

 private:
  kit::db::Database& database_;
};

}  // namespace user
