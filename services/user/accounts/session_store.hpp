#pragma once
#include "services/kit/db/database.hpp"
#include "services/user/accounts/user.hpp"

#include <functional>
#include <optional>
#include <string>

namespace user::store {

/// Logins that last, by refresh tokens of which only hashes are kept. What ends a session also revokes its
/// access tokens. Thread-safe.
class Sessions {
 public:
  explicit Sessions(kit::db::Database& database) : database_(database) {}

  /// Makes the access token, of a user and session as they are at `issued_at` (seconds since 1970 by the
  /// database's clock). Called inside the transaction, under a lock that keeps the user as they are: when it
  /// throws, nothing has happened.
  using Issue = std::function<std::string(const User& user, const std::string& session, double issued_at)>;

  /// Begins one for the account, with its first token; the access token. Nothing when the password is no
  /// longer the one that was checked. `known_key` is remembered. Clears away the user's sessions that are
  /// over, and the oldest beyond a bound.
  std::optional<std::string> begin(kit::UserId user, const std::string& password_hash,
                                   const std::string& token_hash, const std::string& known_key,
                                   const Issue& issue, kit::Deadline deadline);

  struct Rotated {
    enum class Result {
      Fresh,    ///< the new token counts from now on
      Unknown,  ///< no such token, or its session is over
      Reused,   ///< the token was used before: somebody has a copy, so the whole session was revoked
    };
    Result result = Result::Unknown;
    std::string session;
    kit::UserId user;
    std::string access_token;  ///< of what is Fresh
  };
  /// Exchanges a token for the next of its session, once. A commit whose fate is unknown is tried again:
  /// `next_hash` is random, so that a token that it followed already was exchanged by this very call.
  Rotated rotate(const std::string& token_hash, const std::string& next_hash, const Issue& issue,
                 kit::Deadline deadline);

  /// Ends the session that the token belongs to, whether it was used or not. Does nothing when there is none.
  void end(const std::string& token_hash, kit::Deadline deadline);

  /// Ends all of the user but `kept` (may be empty), in the transaction of what makes it so.
  static void end_all(kit::db::Transaction& tx, kit::UserId user, const std::string& kept);

 private:
  kit::db::Database& database_;
};

/// Remembers that the account was used from there, so that strangers cannot use up its owner's tries.
void remember_address(kit::db::Transaction& tx, kit::UserId user, const std::string& known_key);

}  // namespace user::store
