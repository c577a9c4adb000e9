#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/user/accounts/user.hpp"

#include <optional>
#include <string>
#include <vector>

namespace user::store {

/// What happens to an account after it was made. Each call is a transaction of its own, with the events that
/// tell of it and the revocations that follow from it. Thread-safe.
class Accounts {
 public:
  explicit Accounts(kit::db::Database& database) : database_(database) {}

  /// An account that can be used at once. Of an address that has one already, its owner is told.
  void add(const NewUser& who, const std::string& password_hash, const kit::http::Request& request);

  /// Makes the account that a token from a mail stands for. False when the token is none, is over, or the
  /// address has another account meanwhile; true again for who asks twice.
  bool verify(const std::string& token_hash, const kit::http::Request& request);

  std::optional<std::string> password_hash(kit::UserId id, kit::Deadline deadline);
  /// Ends all other sessions than `session`. False when the password is no longer `old_hash`.
  bool change_password(kit::UserId id, const std::string& old_hash, const std::string& new_hash,
                       const std::string& session, const kit::http::Request& request);

  /// Whose password the token may set; nothing when the token is none or is over.
  std::optional<User> owner_of_reset(const std::string& token_hash, kit::Deadline deadline);
  /// Sets it, once, and ends all sessions; who did it is known as the owner there from then on.
  bool reset_password(const std::string& token_hash, const std::string& new_hash,
                      const kit::http::Request& request);

  enum class RoleResult { Done, Unknown, Guest, LastAdmin };
  /// Tokens with another role are void from then on.
  RoleResult set_role(kit::UserId id, kit::identity::Role role, kit::Deadline deadline);

  struct Search {
    std::string text;  ///< in name or e-mail address, whatever the case; empty: all
    std::optional<kit::identity::Role> role;
    std::int64_t after = 0;
    int limit = 50;
  };
  std::vector<User> search(const Search& search, kit::Deadline deadline);

  /// Removes what is over: old revocations, tokens of mails, addresses not seen for half a year.
  void prune(kit::Deadline deadline);

 private:
  kit::db::Database& database_;
};

}  // namespace user::store
