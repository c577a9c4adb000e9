#pragma once
#include "services/kit/db/page.hpp"
#include "services/user/accounts/account_requests.hpp"
#include "services/user/users/user_store.hpp"

#include <optional>
#include <string>

namespace user {

/// Accounts and their passwords and roles. Each call is a transaction with the events of the change and the
/// revocations that follow from it. Thread-safe.
class AccountStore {
 public:
  explicit AccountStore(kit::db::Database& database) : database_(database) {}

  struct Account {
    User user;
    std::string password_hash;  ///< empty for a guest
  };
  /// The account of an e-mail address, ignoring case.
  std::optional<Account> find(const std::string& email, kit::Deadline deadline) const;
  /// Guests, too.
  std::optional<Account> find(kit::UserId id, kit::Deadline deadline) const;

  /// Adds an account that can be used at once. When the address has an account already, its owner gets a
  /// mail.
  void add(const NewUser& who, const std::string& password_hash, const CallContext& context);

  /// Adds the account of a registration whose token was mailed. False when the token is unknown or expired or
  /// the address has another account by now; true again when repeated.
  bool verify(const std::string& token_hash, const CallContext& context);

  /// Ends all other sessions of the caller. False when the password hash is not `old_hash` any more.
  bool change_password(const kit::identity::Principal& caller, const std::string& old_hash,
                       const std::string& new_hash, const CallContext& context);

  /// The user whose password the token may set; nullopt when it is unknown or expired.
  std::optional<User> owner_of_reset(const std::string& token_hash, kit::Deadline deadline) const;
  /// Sets the password once, ends all sessions and remembers the client's `known_key` (throttle::Login).
  bool reset_password(const std::string& token_hash, const std::string& new_hash,
                      const std::string& known_key, const CallContext& context);

  /// Revokes tokens with the former role. Throws UserNotFound, GuestHasNoRole, LastAdmin.
  void set_role(kit::UserId id, kit::identity::Role role, kit::Deadline deadline);

  /// Removes the user with all personal data, revokes the user's tokens and tells the other services
  /// (user.erased). The id is drawn from a sequence and never used again. Anonymous counts of products bought
  /// together stay. False when there is no such user or the account's password hash is not `password_hash`
  /// (nullopt: any). Throws LastAdmin.
  bool erase(kit::UserId id, const std::optional<std::string>& password_hash, const CallContext& context);

  struct Search {
    std::string text;  ///< in name or e-mail address, ignoring case; empty: all
    std::optional<kit::identity::Role> role;
    std::int64_t after = 0;
    int limit = 50;
  };
  kit::db::Page<User> search(const Search& search, kit::Deadline deadline) const;

  /// Removes old revocations, expired mail tokens, and clients not seen for half a year.
  void prune(kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user
