#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/user/accounts/user.hpp"

#include <optional>
#include <string>

namespace user::store {

/// Users in the database. Each call is a transaction of its own, with the event that tells of it.
/// Thread-safe.
class Users {
 public:
  explicit Users(kit::db::Database& database) : database_(database) {}

  /// A guest, or with `password_hash` an account; user.registered goes out with it. Nothing when another
  /// account has the e-mail address already.
  std::optional<kit::UserId> add(const NewUser& who, const std::optional<std::string>& password_hash,
                                 const kit::http::Request& request);

  std::optional<User> find(kit::UserId id, kit::Deadline deadline);

  struct Account {
    User user;
    std::string password_hash;
  };
  /// The account of an e-mail address, without regard to case.
  std::optional<Account> find_account(const std::string& email, kit::Deadline deadline);

  /// Fills an empty table with the sample shop's Alice and Bob; leaves any other as it is. Safe to run from
  /// several processes at once.
  void add_samples();

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
